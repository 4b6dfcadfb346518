/** What the parser knows of one field; the JSON schema for editors is made from it. */
export interface FieldShape {
  /** `scaleUp.maxServers`; `[]` stands for an element. */
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly fallback?: unknown;
}

/** Collects all that is wrong, and what fields were asked for. */
export interface Reading {
  readonly problems: string[];
  readonly fields: FieldShape[];
}

export type Section = ReturnType<typeof section>;

/** Reads one object field by field; a bad field becomes a problem and its fallback a placeholder. */
export function section(value: unknown, path: string, { problems, fields: shapes }: Reading) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (value !== undefined && !isObject)
    problems.push(`${path === "" ? "the policy" : path} must be an object`);
  const fields = new Map<string, unknown>(isObject ? Object.entries(value) : []);
  const pathOf = (key: string) => (path === "" ? key : `${path}.${key}`);
  const known = (key: string, schema: FieldShape["schema"], fallback?: unknown) => {
    const shapePath = pathOf(key).replaceAll(/\[\d+\]/g, "[]");
    shapes.push({ path: shapePath, schema, ...(fallback === undefined ? {} : { fallback }) });
  };

  const take = (key: string): unknown => {
    const field = fields.get(key);
    fields.delete(key);
    return field;
  };
  const within = (key: string, field: unknown, min: number, max: number, whole: boolean): field is number => {
    const isFine =
      typeof field === "number" && field >= min && field <= max && (!whole || Number.isInteger(field));
    if (!isFine)
      problems.push(`${pathOf(key)} must be a ${whole ? "whole " : ""}number from ${min} to ${max}`);
    return isFine;
  };
  const optional = <F>(key: string, min: number, max: number, fallback: F, whole: boolean): number | F => {
    known(key, { type: whole ? "integer" : "number", minimum: min, maximum: max }, fallback);
    const field = take(key);
    return field !== undefined && within(key, field, min, max, whole) ? field : fallback;
  };

  return {
    take,
    has: (key: string) => fields.get(key) !== undefined,
    number: (key: string, min: number, max: number, fallback: number) =>
      optional(key, min, max, fallback, false),
    integer: (key: string, min: number, max: number, fallback: number) =>
      optional(key, min, max, fallback, true),
    optionalNumber: (key: string, min: number, max: number) => optional(key, min, max, undefined, false),
    optionalInteger: (key: string, min: number, max: number, fallback?: number | undefined) =>
      optional(key, min, max, fallback, true),
    flag(key: string, fallback: boolean): boolean {
      known(key, { type: "boolean" }, fallback);
      const field = take(key);
      if (field === undefined || typeof field === "boolean") return field ?? fallback;
      problems.push(`${pathOf(key)} must be true or false`);
      return fallback;
    },
    /** A text of this pattern; required when there is no fallback. `shape` names the pattern for people. */
    text(key: string, pattern: RegExp, shape: string, fallback?: string): string {
      known(key, { type: "string", pattern: pattern.source }, fallback);
      const field = take(key);
      if (field === undefined && fallback !== undefined) return fallback;
      if (typeof field === "string" && pattern.test(field)) return field;
      problems.push(`${pathOf(key)} must be ${shape}`);
      return fallback ?? "";
    },
    list(key: string, maxItems: number): readonly unknown[] {
      known(key, { type: "array", maxItems });
      const field = take(key) ?? [];
      if (Array.isArray(field) && field.length <= maxItems) return field;
      problems.push(`${pathOf(key)} must be a list of at most ${maxItems}`);
      return [];
    },
    refuseTheRest() {
      for (const key of fields.keys()) problems.push(`${pathOf(key)} is not a field of a policy`);
    },
  };
}

/** The fields that have a value, as `exactOptionalPropertyTypes` wants it. */
export function present<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  const kept: Partial<T> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept;
}
