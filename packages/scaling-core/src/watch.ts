export interface Recommendation {
  readonly atMs: number;
  readonly size: number;
}

/** What was recommended since the pool has been watched without a gap. */
export interface Watch {
  readonly sinceMs: number;
  readonly recommendations: readonly Recommendation[];
}

/** A change of the wanted size that was carried out; `delta` is negative when servers left. */
export interface SizeChange {
  readonly atMs: number;
  readonly delta: number;
}

function startWatch(nowMs: number): Watch {
  return { sinceMs: nowMs, recommendations: [] };
}

/**
 * The watch at the start of a tick. A clock that ran backwards, or a gap longer than `maxGapMs`, starts it
 * anew: what was not seen cannot count as calm.
 */
export function resumeWatch(watch: Watch | undefined, nowMs: number, maxGapMs: number): Watch {
  if (watch === undefined) return startWatch(nowMs);
  const gapMs = nowMs - (watch.recommendations.at(-1)?.atMs ?? watch.sinceMs);
  return gapMs < 0 || gapMs > maxGapMs ? startWatch(nowMs) : watch;
}

/** The watch with this tick's recommendation in it. */
export function continueWatch(watch: Watch, next: Recommendation, keepMs: number): Watch {
  const kept = watch.recommendations.filter(({ atMs }) => atMs > next.atMs - keepMs);
  return { sinceMs: watch.sinceMs, recommendations: [...kept, next] };
}
