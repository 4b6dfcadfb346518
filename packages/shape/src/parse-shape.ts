import { closest, distance } from "fastest-levenshtein";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { allowedBy, nodeOf, type SchemaNode } from "./schema-node.ts";

export type Parsed<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

export interface ParseOptions {
  /** What the value is called where it has no path, for example "the policy". */
  readonly whole: string;
  /** Numbers may come as text and text as numbers, as in environments and in Pulumi's configuration. */
  readonly takesText?: boolean;
  /** Fields that the schema does not name are handed on as they are: an answer of a newer version has more. */
  readonly mayGrow?: boolean;
}

/**
 * Fills defaults in and refuses fields that the schema does not name, unless told. Every problem is reported at once, each with
 * the path of its field; none repeats a value.
 */
export function parseShape<S extends TSchema>(
  schema: S,
  value: unknown,
  options: ParseOptions,
): Parsed<Static<S>> {
  const problems: string[] = [];
  const read = createReader(options, problems)(nodeOf(schema), value, "");
  return problems.length === 0 ? { kind: "ok", value: read as Static<S> } : { kind: "invalid", problems };
}

/** What a schema gives for which nothing is said. @throws when it has a field without a default that is needed. */
export function defaultsOf<S extends TSchema>(schema: S): Static<S> {
  const parsed = parseShape(schema, {}, { whole: "the shape" });
  if (parsed.kind === "invalid")
    throw new Error(`not every field has a default: ${parsed.problems.join("; ")}`);
  return parsed.value;
}

type Read = (schema: SchemaNode, value: unknown, path: string) => unknown;

function createReader({ whole, takesText = false, mayGrow = false }: ParseOptions, problems: string[]): Read {
  const refuse = (path: string, text: string): undefined => {
    problems.push(`${path === "" ? whole : path} ${text}`);
    return undefined;
  };

  const readObject = (schema: SchemaNode, value: unknown, path: string): unknown => {
    if (!isPlainObject(value)) return refuse(path, "must be an object");
    const { properties = {}, patternProperties } = schema;
    const entries = Object.entries(properties).flatMap(([key, field]) => {
      const at = join(path, key);
      const given = value[key];
      if (given === undefined && field.default === undefined) {
        const { source } = field;
        if (schema.required?.includes(key))
          refuse(at, source === undefined ? "is missing" : `is missing; it is given as ${source}`);
        return [];
      }
      return [[key, read(field, given, at)] as const];
    });
    const others = Object.entries(value).filter(
      ([key, given]) => !Object.hasOwn(properties, key) && given !== undefined,
    );
    for (const [key, given] of others) {
      const pattern = Object.keys(patternProperties ?? {}).find((each) => new RegExp(each).test(key));
      const field = pattern === undefined ? undefined : patternProperties?.[pattern];
      if (field !== undefined) entries.push([key, read(field, given, join(path, key))]);
      else if (patternProperties !== undefined)
        refuse(join(path, key), `is no name that is allowed here: ${allowedBy(schema)}`);
      else if (mayGrow) entries.push([key, given]);
      else refuse(join(path, key), `is not known here; ${didYouMean(key, Object.keys(properties))}`);
    }
    if (entries.length < (schema.minProperties ?? 0)) refuse(path, "must not be empty");
    return Object.fromEntries(entries);
  };

  const readList = (schema: SchemaNode, value: unknown, path: string): unknown => {
    const { items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
    if (!Array.isArray(value) || value.length > maxItems || value.length < minItems)
      return refuse(path, `must be ${allowedBy(schema)}`);
    return value.map((item, index) => read(items, item, `${path}[${index}]`));
  };

  const read: Read = (schema, given, path) => {
    const value = given === undefined ? structuredClone(schema.default) : given;
    if (schema.type === "object") return readObject(schema, value, path);
    if (schema.type === "array") return readList(schema, value, path);
    const converted = takesText ? convert(schema, value) : value;
    return Value.Check(schema as TSchema, converted)
      ? converted
      : refuse(path, `must be ${allowedBy(schema)}`);
  };
  return read;
}

function convert({ type }: SchemaNode, value: unknown): unknown {
  if (type === "string" && typeof value === "number") return String(value);
  const isNumber = type === "integer" || type === "number";
  return isNumber && typeof value === "string" && /^-?(\d+|\d*\.\d+)$/.test(value) ? Number(value) : value;
}

/** As far as a slip of the finger goes; further away all names are said. */
const LARGEST_SLIP = 3;

function didYouMean(key: string, known: readonly string[]): string {
  const near =
    known.length === 0
      ? ""
      : closest(
          key.toLowerCase(),
          known.map((name) => name.toLowerCase()),
        );
  const meant = known.find((name) => name.toLowerCase() === near);
  const isNear =
    meant !== undefined && distance(key.toLowerCase(), near) <= Math.min(LARGEST_SLIP, meant.length / 2);
  return isNear ? `did you mean ${meant}?` : `there are ${known.join(", ")}`;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
