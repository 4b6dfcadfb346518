import type { LoadShape, ScenarioOptions } from "../scenario.ts";

/**
 * The article's load (`k6`, ramping arrival rate, 20 minutes): 1 request a second for 1 min, to 6 in 1 min,
 * 13 min at 6, to 1 in 2 min, 3 min at 1. `peakRps` stands for its 6, and the low rate keeps its sixth.
 */
export function articleRamp({ peakRps, timeScale }: ScenarioOptions): LoadShape {
  const lowRps = peakRps / 6;
  const stage = (label: string, minutes: number, fromRps: number, toRps: number) => ({
    label,
    durationSeconds: minutes * 60 * timeScale,
    fromRps,
    toRps,
  });
  return {
    name: "article-ramp",
    stages: [
      stage("quiet", 1, lowRps, lowRps),
      stage("rising", 1, lowRps, peakRps),
      stage("peak", 13, peakRps, peakRps),
      stage("falling", 2, peakRps, lowRps),
      stage("quiet again", 3, lowRps, lowRps),
    ],
  };
}

/** The article's peak, in a quarter of its time: 5 minutes. */
export const articleRampDefaults: ScenarioOptions = { peakRps: 6, timeScale: 0.25 };
