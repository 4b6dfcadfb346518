/** Reads one object of the configuration field by field; every problem is collected, with its path. */
export interface Section {
  has(key: string): boolean;
  /** The raw value, for another reader. */
  take(key: string): unknown;
  section(key: string): Section;
  text(key: string, fallback: string, pattern: RegExp, shape: string): string;
  optionalText(key: string, pattern: RegExp, shape: string): string | undefined;
  integer(key: string, fallback: number, min: number, max: number): number;
  flag(key: string, fallback: boolean): boolean;
  texts(key: string, fallback: readonly string[], pattern: RegExp, shape: string): readonly string[];
  /** An object of texts. Numbers and booleans are taken as their text. */
  textMap(key: string, keyPattern: RegExp, shape: string): Readonly<Record<string, string>>;
  /** Call it last: what was not read is refused, so that a misspelt key cannot pass unseen. */
  refuseTheRest(): void;
}

export function readSection(value: unknown, path: string, problems: string[]): Section {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (value !== undefined && !isObject) problems.push(`${path} must be an object`);
  const fields = new Map<string, unknown>(isObject ? Object.entries(value) : []);
  const known: string[] = [];
  const pathOf = (key: string) => (path === "" ? key : `${path}.${key}`);

  const take = (key: string): unknown => {
    known.push(key);
    const field = fields.get(key);
    fields.delete(key);
    return field;
  };
  const refuse = <T>(key: string, shape: string, placeholder: T): T => {
    problems.push(`${pathOf(key)} must be ${shape}`);
    return placeholder;
  };

  const section: Section = {
    has: (key) => fields.get(key) !== undefined,
    take,
    section: (key) => readSection(take(key), pathOf(key), problems),
    text: (key, fallback, pattern, shape) => section.optionalText(key, pattern, shape) ?? fallback,
    optionalText(key, pattern, shape) {
      const field = take(key);
      if (field === undefined) return undefined;
      const text = typeof field === "number" ? String(field) : field;
      return typeof text === "string" && pattern.test(text) ? text : refuse(key, shape, undefined);
    },
    integer(key, fallback, min, max) {
      const field = take(key);
      if (field === undefined) return fallback;
      const value = typeof field === "string" && /^\d+$/.test(field) ? Number(field) : field;
      const isFine = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
      return isFine ? value : refuse(key, `a whole number from ${min} to ${max}`, fallback);
    },
    flag(key, fallback) {
      const field = take(key);
      if (field === undefined) return fallback;
      return typeof field === "boolean" ? field : refuse(key, "true or false", fallback);
    },
    texts(key, fallback, pattern, shape) {
      const field = take(key);
      if (field === undefined) return fallback;
      const isFine =
        Array.isArray(field) && field.every((text) => typeof text === "string" && pattern.test(text));
      return isFine ? field : refuse(key, `a list; each of it ${shape}`, fallback);
    },
    textMap(key, keyPattern, shape) {
      const field = take(key);
      if (field === undefined) return {};
      const entries =
        typeof field === "object" && field !== null && !Array.isArray(field) ? Object.entries(field) : [];
      const isFine =
        typeof field === "object" &&
        !Array.isArray(field) &&
        entries.every(([name, text]) => keyPattern.test(name) && isOneLine(text));
      return isFine
        ? Object.fromEntries(entries.map(([name, text]) => [name, String(text)]))
        : refuse(key, `an object; ${shape}, each value one line of text`, {});
    },
    refuseTheRest() {
      for (const key of fields.keys()) {
        problems.push(`${pathOf(key)} is not known here; there are ${known.join(", ")}`);
      }
    },
  };
  return section;
}

function isOneLine(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value) && !/[\r\n\0]/.test(String(value));
}
