import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import { ConfigurationError, readEnvironment, variable } from "./environment.ts";

const Shape = Type.Object({
  NAME: Type.String(),
  PORT: variable.port(3000),
  API: variable.url(),
  API_TOKEN: variable.secret,
  HMAC_KEY: Type.Optional(variable.secret),
});
const good = { NAME: "calc", API: "http://10.0.0.1", API_TOKEN: "t0ken" };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readEnvironment(Shape, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe("readEnvironment", () => {
  it("returns what the shape names, trimmed, with fallbacks", () => {
    const environment = { ...good, NAME: " calc ", HMAC_KEY: " ", HOME: "/root" };

    expect(readEnvironment(Shape, environment)).toEqual({ ...good, PORT: 3000 });
  });

  it("reports every problem at once and shows no value", () => {
    expect(problemsOf({ PORT: "secret-port", API: "ftp://hidden" })).toEqual([
      "NAME is missing",
      "PORT must be a whole number from 1 to 65535",
      "API must be an http or https URL",
      "API_TOKEN is missing; it is given as a systemd credential of that name (lower case, hyphens), or a variable",
    ]);
  });

  it.each([
    { when: "a fraction", name: "PORT", value: "1.5" },
    { when: "an exponent", name: "PORT", value: "1e3" },
    { when: "not a number", name: "PORT", value: "NaN" },
    { when: "below the range", name: "PORT", value: "0" },
    { when: "above the range", name: "PORT", value: "65536" },
    { when: "words", name: "PORT", value: "three" },
    { when: "a URL without a scheme", name: "API", value: "10.0.0.1" },
    { when: "a URL whose port is none", name: "API", value: "http://10.0.0.1:99999" },
  ])("refuses $when in $name", ({ name, value }) => {
    expect(problemsOf({ ...good, [name]: value })).toEqual([
      expect.stringMatching(`^${name} must be an? (whole number from 1 to 65535|http or https URL)$`),
    ]);
  });

  it("reads a credential from systemd's folder before the variable", () => {
    const directory = mkdtempSync(join(tmpdir(), "credentials-"));
    try {
      writeFileSync(join(directory, "api-token"), "from-file\n");
      const environment = { ...good, CREDENTIALS_DIRECTORY: directory, HMAC_KEY: "other" };

      expect(readEnvironment(Shape, environment)).toMatchObject({
        API_TOKEN: "from-file",
        HMAC_KEY: "other",
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
