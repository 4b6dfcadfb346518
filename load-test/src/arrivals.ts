import type { Stage } from "./scenario.ts";

export interface Arrival {
  /** When to send, counted from the start of the schedule. */
  readonly atMs: number;
  readonly stageIndex: number;
}

/**
 * When requests arrive: the k-th where the integral of the rate reaches k - 1/2. The rate is the same every
 * time and waits for nobody, so a slow service meets all of the load (no coordinated omission).
 */
export function* arrivals(stages: readonly Stage[]): Generator<Arrival> {
  let startSeconds = 0;
  let before = 0; // arrivals that belong to earlier stages, a fraction included
  let next = 0.5;
  for (const [stageIndex, { durationSeconds, fromRps, toRps }] of stages.entries()) {
    const end = before + ((fromRps + toRps) / 2) * durationSeconds;
    for (; next <= end; next += 1) {
      const into = secondsUntil(next - before, fromRps, (toRps - fromRps) / durationSeconds);
      yield { atMs: 1000 * (startSeconds + into), stageIndex };
    }
    before = end;
    startSeconds += durationSeconds;
  }
}

/** One rate without an end, from `startMs` on. */
export function* constantArrivals(rps: number, startMs: number, stageIndex: number): Generator<Arrival> {
  for (let count = 0.5; ; count += 1) yield { atMs: startMs + (1000 * count) / rps, stageIndex };
}

/** Solves `rps * t + slope * t^2 / 2 = count` for t, in the form that also holds for slope 0. */
function secondsUntil(count: number, rps: number, slope: number): number {
  return (2 * count) / (rps + Math.sqrt(Math.max(0, rps ** 2 + 2 * slope * count)));
}
