/**
 * Lenient reading of answers: a field that is missing, null, empty or of another type is absent.
 * `required...` throw a plain `ShapeError`, which the caller turns into CLOUD_BAD_ANSWER.
 */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ShapeError(`${what} is not an object`);
  }
  return value as Fields;
}

/** A list whose rows all have to be readable: a row dropped in silence would look like a thing that is gone. */
export function rowsOf<T>(value: unknown, what: string, decode: (row: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw new ShapeError(`${what} is not a list`);
  return value.map(decode);
}

export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function requiredText(fields: Fields, name: string): string {
  const value = text(fields, name);
  if (value === undefined) throw new ShapeError(`${name} is missing`);
  return value;
}

/** Numbers also arrive as texts in places. */
export function number(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : undefined;
}

export function flag(fields: Fields, name: string): boolean {
  return fields[name] === true;
}

export function texts(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
