import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError, type EnvironmentReader, readEnvironment } from "./environment.ts";

function problemsOf(
  environment: Record<string, string>,
  build: (env: EnvironmentReader) => unknown,
): readonly string[] {
  try {
    readEnvironment(environment, build);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe("readEnvironment", () => {
  it("returns what was asked for, trimmed, with fallbacks", () => {
    const config = readEnvironment({ NAME: " calc ", API: "http://10.0.0.1/" }, (env) => ({
      name: env.text("NAME"),
      port: env.integer("PORT", { min: 1, max: 65_535, fallback: 3000 }),
      api: env.url("API"),
    }));

    expect(config).toEqual({ name: "calc", port: 3000, api: "http://10.0.0.1" });
  });

  it("reports every problem at once and shows no value", () => {
    const problems = problemsOf({ PORT: "secret-port", API: "ftp://hidden" }, (env) => {
      env.text("NAME");
      env.integer("PORT", { min: 1, max: 65_535 });
      env.url("API");
      env.credential("api-token");
    });

    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toMatch(/secret-port|hidden/);
  });

  it.each([
    { when: "a fraction", value: "1.5" },
    { when: "an exponent", value: "1e3" },
    { when: "not a number", value: "NaN" },
    { when: "below the range", value: "0" },
    { when: "above the range", value: "65536" },
    { when: "words", value: "three" },
  ])("refuses $when as an integer", ({ value }) => {
    expect(problemsOf({ PORT: value }, (env) => env.integer("PORT", { min: 1, max: 65_535 }))).toEqual([
      "PORT must be a whole number from 1 to 65535",
    ]);
  });

  it.each([
    { when: "it is given", environment: { HMAC_KEY: " k3y " }, key: "k3y" },
    { when: "it is not", environment: {}, key: undefined },
  ])("reads an optional credential when $when", ({ environment, key }) => {
    expect(readEnvironment(environment, (env) => env.optionalCredential("hmac-key"))).toBe(key);
  });

  it("reads a credential from systemd's folder before the variable", () => {
    const directory = mkdtempSync(join(tmpdir(), "credentials-"));
    try {
      writeFileSync(join(directory, "api-token"), "from-file\n");
      const environment = {
        CREDENTIALS_DIRECTORY: directory,
        API_TOKEN: "from-variable",
        OTHER_TOKEN: "other",
      };

      expect(
        readEnvironment(environment, (env) => [env.credential("api-token"), env.credential("other-token")]),
      ).toEqual(["from-file", "other"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("turns a file's parse error into a problem", () => {
    expect(
      problemsOf({ POOL_FILE: "/nonexistent/pool.json" }, (env) => env.file("POOL_FILE", JSON.parse)),
    ).toHaveLength(1);
  });
});
