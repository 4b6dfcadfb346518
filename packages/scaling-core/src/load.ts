export type LoadReading =
  | { readonly kind: "fresh"; readonly percent: number }
  | { readonly kind: "missing"; readonly why: "no-series" | "not-a-number" | "stale" | "contradictory" };

/** `rate()` extrapolates, so a real reading may lie this far outside 0..100. */
const RATE_SLACK_PERCENT = 10;

/** The only way to make a reading, so that no rule meets `NaN`, infinity or an impossible load. */
export function loadReading(percent: number | undefined): LoadReading {
  if (percent === undefined) return { kind: "missing", why: "no-series" };
  if (!(percent >= -RATE_SLACK_PERCENT && percent <= 100 + RATE_SLACK_PERCENT)) {
    return { kind: "missing", why: "not-a-number" };
  }
  return { kind: "fresh", percent: Math.min(100, Math.max(0, percent)) };
}

/** The load of a pool, over its warm serving servers. */
export interface PoolLoad {
  readonly warmCount: number;
  /** Of the warm servers, those without a reading. */
  readonly missingCount: number;
  /** Sum over the warm servers that have a reading. */
  readonly totalPercent: number;
}

export function summarizeLoad(readings: readonly LoadReading[]): PoolLoad {
  const fresh = readings.flatMap((reading) => (reading.kind === "fresh" ? [reading.percent] : []));
  return {
    warmCount: readings.length,
    missingCount: readings.length - fresh.length,
    totalPercent: fresh.reduce((sum, percent) => sum + percent, 0),
  };
}

/** Mean over the servers with a reading; absent when there is none. */
export function meanLoadPercent({ warmCount, missingCount, totalPercent }: PoolLoad): number | undefined {
  const freshCount = warmCount - missingCount;
  return freshCount > 0 ? totalPercent / freshCount : undefined;
}
