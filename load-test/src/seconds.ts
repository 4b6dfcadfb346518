import type { PoolObservation } from "./pool-watch.ts";
import { quantile } from "./quantile.ts";
import type { Sample } from "./recorder.ts";
import type { SecondResult } from "./result.ts";

/** Latency of one second alone would be that of one or two requests at low rates. */
const LATENCY_WINDOW_SECONDS = 5;

export interface SecondsInput {
  readonly samples: readonly Sample[];
  readonly observations: readonly PoolObservation[];
  readonly startMs: number;
  readonly durationSeconds: number;
}

export function secondsOf({
  samples,
  observations,
  startMs,
  durationSeconds,
}: SecondsInput): readonly SecondResult[] {
  const bySecond = groupBySecond(samples);
  return Array.from({ length: Math.ceil(durationSeconds) }, (_, second) => {
    const due = bySecond.get(second) ?? [];
    const recent = Array.from(
      { length: LATENCY_WINDOW_SECONDS },
      (_, ago) => bySecond.get(second - ago) ?? [],
    ).flat();
    const latencies = recent.flatMap(({ failure, latencyMs }) => (failure === undefined ? [latencyMs] : []));
    const [p50Ms, p95Ms] = [quantile(latencies, 0.5), quantile(latencies, 0.95)];
    return {
      second,
      arrivalCount: due.length,
      failedCount: due.filter(({ failure }) => failure !== undefined).length,
      ...(p50Ms === undefined || p95Ms === undefined
        ? {}
        : { p50Ms: Math.round(p50Ms), p95Ms: Math.round(p95Ms) }),
      ...poolAt(startMs + 1000 * (second + 1), observations),
    };
  });
}

/** The last word before `timeMs`, unless it is older than the silence of an unreachable scaler explains. */
function poolAt(timeMs: number, observations: readonly PoolObservation[]): Partial<SecondResult> {
  const last = observations.findLast(({ atMs }) => atMs <= timeMs);
  if (last === undefined || last.atMs < timeMs - STALE_MS) return {};
  const { inServiceCount, desiredSize, loadPercent } = last.pool;
  return { inServiceCount, desiredSize, ...(loadPercent === undefined ? {} : { loadPercent }) };
}

const STALE_MS = 5000;

function groupBySecond(samples: readonly Sample[]): ReadonlyMap<number, readonly Sample[]> {
  const groups = new Map<number, Sample[]>();
  for (const sample of samples) {
    const second = Math.floor(sample.dueMs / 1000);
    const group = groups.get(second) ?? [];
    groups.set(second, group);
    group.push(sample);
  }
  return groups;
}
