import { ConfigurationError, parseJson } from "@autoscaler/service-kit";
import { parseShape } from "@autoscaler/shape";
import { type LocalCloudSettings, SwitchesShape } from "./settings.ts";

/**
 * Habits changed by hand: a JSON object of names and values, for example `{"uniqueNames":true,"ipLagMs":60000}`.
 *
 * @throws {ConfigurationError} with everything that is wrong.
 */
export function parseSwitches(text: string, defaults: LocalCloudSettings): LocalCloudSettings {
  const parsed = parseShape(SwitchesShape, parseJson(text), { whole: "the JSON" });
  if (parsed.kind === "invalid")
    throw new ConfigurationError(parsed.problems.map((problem) => `LOCAL_CLOUD_SWITCHES: ${problem}`));
  const { latencyMs, ...given } = parsed.value;
  return { ...defaults, ...given, latencyMs: { ...defaults.latencyMs, ...latencyMs } };
}
