export type FormValue = string | number | boolean | readonly string[] | undefined;
export type Form = Readonly<Record<string, FormValue>>;

/**
 * `application/x-www-form-urlencoded` with a space as `%20`. The server does not turn `+` into a space (seen
 * on a sister cloud: zorgatia/terraform-provider-cloudaxion docs/api-notes.md), so URLSearchParams will not do.
 * A list repeats its field; what is undefined is left out.
 */
export function encodeForm(form: Form): string {
  return Object.entries(form)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value])
        .filter((single) => single !== undefined)
        .map((single) => `${encode(name)}=${encode(String(single))}`),
    )
    .join("&");
}

/** encodeURIComponent leaves `!'()*` as they are; some servers do not take them. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
