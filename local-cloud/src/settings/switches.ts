import { ConfigurationError } from "@autoscaler/service-kit";
import { type LocalCloudSettings, SWITCH_WORDS } from "./settings.ts";

/**
 * Habits changed by hand: a JSON object of names and values, for example `{"uniqueNames":true,"ipLagMs":60000}`.
 *
 * @throws {ConfigurationError} with everything that is wrong.
 */
export function parseSwitches(text: string, defaults: LocalCloudSettings): LocalCloudSettings {
  const given = parseObject(text);
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const problem = problemOf(name, value, defaults);
    return problem === undefined ? [] : [`LOCAL_CLOUD_SWITCHES: ${name} ${problem}`];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  const latencyMs = { ...defaults.latencyMs, ...Object(given["latencyMs"]) };
  return { ...defaults, ...given, latencyMs };
}

function problemOf(name: string, value: unknown, defaults: LocalCloudSettings): string | undefined {
  const words = SWITCH_WORDS[name];
  if (words !== undefined)
    return words.some((word) => word === value) ? undefined : `must be one of ${words.join(", ")}`;
  if (name === "latencyMs") {
    const known = Object.keys(defaults.latencyMs);
    const isGood = Object.entries(Object(value)).every(([call, ms]) => known.includes(call) && isCount(ms));
    return isGood ? undefined : `must map ${known.join(", ")} to milliseconds`;
  }
  if (name === "locations") {
    const isGood = Array.isArray(value) && value.length > 0 && value.every(isLocation);
    return isGood ? undefined : "must be a list of {slug, displayName}";
  }
  const usual: unknown = name === "callsPerMinute" ? 0 : Reflect.get(defaults, name);
  if (typeof usual === "boolean") return typeof value === "boolean" ? undefined : "must be true or false";
  if (typeof usual === "number") return isCount(value) ? undefined : "must be a whole number from 0";
  return "is not a switch; GET /_local/settings lists them";
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Readonly<Record<string, unknown>>;
  } catch {
    // Refused below, like any other text that is not an object.
  }
  throw new ConfigurationError([
    'LOCAL_CLOUD_SWITCHES must be a JSON object, for example {"uniqueNames":true}',
  ]);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isLocation(value: unknown): boolean {
  return ["slug", "displayName"].every((field) => typeof Reflect.get(Object(value), field) === "string");
}
