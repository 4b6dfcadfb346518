import type { LoadShape, ScenarioOptions } from "../scenario.ts";

/**
 * The article's load as one step, for people who want to see a pool grow in two minutes: 10 s quiet, 75 s at
 * the peak, 35 s quiet again, with the time scale that the command line has by default (a quarter).
 */
export function step({ peakRps, timeScale }: ScenarioOptions): LoadShape {
  const lowRps = peakRps / 6;
  const stage = (label: string, seconds: number, rps: number) => ({
    label,
    durationSeconds: seconds * 4 * timeScale,
    fromRps: rps,
    toRps: rps,
  });
  return {
    name: "step",
    stages: [stage("quiet", 10, lowRps), stage("step", 75, peakRps), stage("quiet again", 35, lowRps)],
  };
}
