import { readFileSync } from "node:fs";

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

interface TextOptions {
  readonly fallback?: string;
  readonly pattern?: RegExp;
  /** What the pattern means, for the message. */
  readonly shape?: string;
}

interface IntegerOptions {
  readonly min: number;
  readonly max: number;
  readonly fallback?: number;
}

export interface EnvironmentReader {
  text(key: string, options?: TextOptions): string;
  integer(key: string, options: IntegerOptions): number;
  /** An absolute http or https URL without a trailing slash. */
  url(key: string, options?: { readonly fallback?: string }): string;
  /**
   * A secret: the file `$CREDENTIALS_DIRECTORY/<name>` (systemd `LoadCredential`), else the variable
   * `<NAME>` in upper case with underscores. Surrounding white space is cut off.
   */
  credential(name: string): string;
  /** The same, or `undefined` where it is not given. */
  optionalCredential(name: string): string | undefined;
  /** Content of the file whose path the variable holds, parsed by `parse`, whose errors become problems. */
  file<T>(key: string, parse: (text: string) => T): T;
}

/**
 * Reads a process's whole configuration.
 *
 * @throws {ConfigurationError} with every problem found; `build` may therefore run with placeholder values.
 */
export function readEnvironment<T>(environment: Environment, build: (env: EnvironmentReader) => T): T {
  const problems: string[] = [];
  const present = (key: string) => {
    const value = environment[key]?.trim();
    return value === undefined || value === "" ? undefined : value;
  };
  const problem = <V>(text: string, placeholder: V): V => {
    problems.push(text);
    return placeholder;
  };

  const optionalCredential = (name: string) =>
    readCredentialFile(environment["CREDENTIALS_DIRECTORY"], name) ?? present(variableOf(name));

  const reader: EnvironmentReader = {
    text(key, { fallback, pattern, shape } = {}) {
      const value = present(key) ?? fallback;
      if (value === undefined) return problem(`${key} is missing`, "");
      if (pattern !== undefined && !pattern.test(value))
        return problem(`${key} must be ${shape ?? String(pattern)}`, "");
      return value;
    },
    integer(key, { min, max, fallback }) {
      const text = present(key);
      if (text === undefined) return fallback ?? problem(`${key} is missing`, min);
      const value = Number(text);
      if (!/^-?\d+$/.test(text) || value < min || value > max) {
        return problem(`${key} must be a whole number from ${min} to ${max}`, min);
      }
      return value;
    },
    url(key, { fallback } = {}) {
      const text = present(key) ?? fallback;
      if (text === undefined) return problem(`${key} is missing`, "http://invalid");
      if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
        return problem(`${key} must be an http or https URL`, "http://invalid");
      }
      return text.replace(/\/+$/, "");
    },
    optionalCredential,
    credential: (name) =>
      optionalCredential(name) ??
      problem(`the credential ${name} is missing (systemd LoadCredential, or ${variableOf(name)})`, ""),
    file(key, parse) {
      const path = present(key);
      if (path === undefined) return problem(`${key} is missing`, undefined as never);
      try {
        return parse(readFileSync(path, "utf8"));
      } catch (error) {
        return problem(
          `${key}: ${error instanceof Error ? error.message : String(error)}`,
          undefined as never,
        );
      }
    },
  };

  const built = build(reader);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return built;
}

function variableOf(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

function readCredentialFile(directory: string | undefined, name: string): string | undefined {
  if (directory === undefined) return undefined;
  try {
    const value = readFileSync(`${directory}/${name}`, "utf8").trim();
    return value === "" ? undefined : value;
  } catch {
    return undefined;
  }
}
