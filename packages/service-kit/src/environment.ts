import { readFileSync } from "node:fs";
import { parseShape, type Shaped } from "@autoscaler/shape";
import { type TObject, Type } from "typebox";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Collects every problem before failing, so one start shows all that is wrong. Never holds a value. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code = "CONFIGURATION_INVALID";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid configuration:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** What variables of several processes hold. */
export const variable = {
  port: (fallback: number) => Type.Integer({ minimum: 1, maximum: 65_535, default: fallback }),
  /** 0: any free one. */
  portOrAny: (fallback: number) => Type.Integer({ minimum: 0, maximum: 65_535, default: fallback }),
  url: (options: { readonly default?: string } = {}) =>
    Type.Refine(
      Type.String({ ...options, allowed: "an http or https URL" }),
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    ),
  logLevel: Type.Enum(["trace", "debug", "info", "warn", "error"], { default: "info" }),
  secret: Type.String({ source: "a systemd credential of that name (lower case, hyphens), or a variable" }),
} as const;

/**
 * Reads a process's whole configuration: a shape whose fields are variables. Each may come as the file
 * `$CREDENTIALS_DIRECTORY/<name in lower case, with hyphens>` (systemd `LoadCredential`), which goes before the
 * variable. Surrounding white space is cut off, and what is empty then is not given.
 *
 * @throws {ConfigurationError} with every problem found.
 */
export function readEnvironment<S extends TObject>(shape: S, environment: Environment): Shaped<S> {
  const directory = environment["CREDENTIALS_DIRECTORY"];
  const given = Object.keys(shape.properties).map((name) => {
    const text = (credential(directory, name) || environment[name]?.trim()) ?? "";
    return [name, text === "" ? undefined : text];
  });
  const parsed = parseShape(shape, Object.fromEntries(given), { whole: "the environment", takesText: true });
  if (parsed.kind === "invalid") throw new ConfigurationError(parsed.problems);
  return parsed.value as Shaped<S>;
}

function credential(directory: string | undefined, name: string): string | undefined {
  if (directory === undefined) return undefined;
  try {
    return readFileSync(`${directory}/${name.toLowerCase().replaceAll("_", "-")}`, "utf8").trim();
  } catch {
    return undefined;
  }
}
