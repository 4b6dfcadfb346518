import { quantile } from "./quantile.ts";
import type { Outcome } from "./sender.ts";

export interface Sample {
  /** When the request was due, from the start of the run. */
  readonly dueMs: number;
  readonly stageIndex: number;
  /** From when it was due until its answer was read, or it failed. */
  readonly latencyMs: number;
  /** Absent for a success. */
  readonly failure?: string;
}

export interface LiveFigures {
  readonly sentCount: number;
  readonly inFlightCount: number;
  readonly failedCount: number;
  /** Of the successes that finished in the last 10 s. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  /** Requests due in the last 5 s, a second. */
  readonly arrivalRps: number;
}

export interface Recorder {
  sent(dueMs: number): void;
  finished(
    request: { readonly dueMs: number; readonly stageIndex: number; readonly endMs: number },
    outcome: Outcome,
  ): void;
  samples(): readonly Sample[];
  live(nowMs: number): LiveFigures;
}

const LATENCY_WINDOW_MS = 10_000;
const RATE_WINDOW_MS = 5_000;

/** Keeps every request; all times are milliseconds from the start of the run. */
export function createRecorder(): Recorder {
  const samples: Sample[] = [];
  const dueTimes: number[] = [];
  let failedCount = 0;

  return {
    sent(dueMs) {
      dueTimes.push(dueMs);
    },
    finished({ dueMs, stageIndex, endMs }, outcome) {
      if (outcome.kind === "failed") failedCount += 1;
      samples.push({
        dueMs,
        stageIndex,
        latencyMs: endMs - dueMs,
        ...(outcome.kind === "failed" ? { failure: outcome.failure } : {}),
      });
    },
    samples: () => samples,
    live(nowMs) {
      const latencies: number[] = [];
      for (let at = samples.length - 1; at >= 0; at -= 1) {
        const sample = samples[at];
        if (sample === undefined || sample.dueMs + sample.latencyMs < nowMs - LATENCY_WINDOW_MS) break;
        if (sample.failure === undefined) latencies.push(sample.latencyMs);
      }
      const firstRecent = dueTimes.findLastIndex((dueMs) => dueMs < nowMs - RATE_WINDOW_MS) + 1;
      const windowMs = Math.min(RATE_WINDOW_MS, Math.max(1000, nowMs));
      const [p50Ms, p95Ms] = [quantile(latencies, 0.5), quantile(latencies, 0.95)];
      return {
        sentCount: dueTimes.length,
        inFlightCount: dueTimes.length - samples.length,
        failedCount,
        arrivalRps: (1000 * (dueTimes.length - firstRecent)) / windowMs,
        ...(p50Ms === undefined || p95Ms === undefined ? {} : { p50Ms, p95Ms }),
      };
    },
  };
}
