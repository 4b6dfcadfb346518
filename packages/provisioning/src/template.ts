import { parse } from "yaml";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Fills a YAML template and gives JSON text, which cloud-init reads as YAML too. A scalar that is just
 * `<name>` becomes the value, of any shape; inside longer text the value's text is put in. Values are put
 * into the parsed document, so none can change its structure.
 *
 * @throws with all placeholders that have no value and all values that no placeholder takes.
 */
export function renderTemplate(template: string, values: Readonly<Record<string, Json>>): string {
  const unused = new Set(Object.keys(values));
  const missing = new Set<string>();

  const valueFor = (name: string): Json => {
    unused.delete(name);
    const value = values[name];
    if (value === undefined) missing.add(name);
    return value ?? "";
  };
  const fill = (node: Json): Json => {
    if (typeof node === "string") {
      const whole = /^<(\w+)>$/.exec(node)?.[1];
      if (whole !== undefined) return valueFor(whole);
      return node.replace(/<(\w+)>/g, (_, name: string) => String(valueFor(name)));
    }
    if (Array.isArray(node)) return node.map(fill);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value)]));
  };

  const filled = fill(parse(template) as Json);
  const problems = [
    ...[...missing].map((name) => `no value for <${name}>`),
    ...[...unused].map((name) => `no placeholder <${name}>`),
  ];
  if (problems.length > 0) throw new Error(`template: ${problems.join(", ")}`);
  return JSON.stringify(filled);
}
