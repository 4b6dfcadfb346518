import type { FastifyInstance } from "fastify";

/** A request's unparsed body: services differ in what they accept. */
export interface RawBody {
  readonly kind: "none" | "form" | "json" | "other";
  readonly text: string;
}

export type Parameters = Readonly<Record<string, string | readonly string[]>>;

export function useRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parsers = [
    ["application/x-www-form-urlencoded", "form"],
    ["application/json", "json"],
    ["*", "other"],
  ] as const;
  for (const [contentType, kind] of parsers) {
    app.addContentTypeParser(contentType, { parseAs: "string" }, (_request, text, done) => {
      done(null, { kind: text.length === 0 ? "none" : kind, text: String(text) } satisfies RawBody);
    });
  }
}

export function rawBodyOf(body: unknown): RawBody {
  return typeof body === "object" && body !== null ? (body as RawBody) : { kind: "none", text: "" };
}

/** `+` stays `+` unless the switch `plusMeansSpace` is on (docs/api-facts.md#encodings). */
export function decodeForm(
  text: string,
  { plusMeansSpace }: { readonly plusMeansSpace: boolean },
): Parameters {
  // A map, as a parameter may be called `constructor` or `__proto__`.
  const parameters = new Map<string, string | readonly string[]>();
  for (const pair of text.split("&").filter((part) => part !== "")) {
    const [name, value] = split(plusMeansSpace ? pair.replaceAll("+", " ") : pair).map(decode);
    if (name === undefined || value === undefined) continue;
    const before = parameters.get(name);
    parameters.set(
      name,
      before === undefined ? value : [...(typeof before === "string" ? [before] : before), value],
    );
  }
  return Object.fromEntries(parameters);
}

function split(pair: string): readonly [string, string] {
  const at = pair.indexOf("=");
  return at === -1 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
