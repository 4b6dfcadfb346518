import { growAbove, shrinkBelow } from "./band.ts";
import type { SignalName } from "./beside-cpu.ts";
import type { PoolLoad } from "./load.ts";
import type { ScalingPolicy } from "./policy.ts";

/** What one signal says of the warm servers; `total` is the sum over those with a reading, in the signal's unit. */
export interface Signal {
  readonly name: SignalName;
  /** Per server, in the signal's unit. */
  readonly target: number;
  readonly warmCount: number;
  readonly missingCount: number;
  readonly total: number;
}

export type Verdict = "above" | "within" | "below" | "unknown";

/** A signal's own answer, before any clamp. */
export interface SignalAnswer {
  readonly name: SignalName;
  readonly target: number;
  /** Servers that it should have been read from, and those of them without a reading. */
  readonly warmCount: number;
  readonly missingCount: number;
  /** Mean over the servers with a reading; absent when there is none. */
  readonly value?: number;
  readonly verdict: Verdict;
  readonly size: number;
}

/** All that the pool is scaled by; CPU first. */
export function signalsOf({
  load,
  policy,
  signals = [],
}: {
  readonly load: PoolLoad;
  readonly policy: ScalingPolicy;
  readonly signals?: readonly Signal[];
}): readonly Signal[] {
  const { warmCount, missingCount, totalPercent } = load;
  return [
    { name: "cpu", target: policy.targetPercent, warmCount, missingCount, total: totalPercent },
    ...signals,
  ];
}

/** A signal that is known for the pool as a whole: it counts as the same value on each warm server. */
export function poolSignal(
  name: SignalName,
  target: number,
  warmCount: number,
  perServer: number | undefined,
): Signal {
  const isKnown = perServer !== undefined && perServer >= 0 && perServer < Number.POSITIVE_INFINITY;
  return isKnown
    ? { name, target, warmCount, missingCount: 0, total: perServer * warmCount }
    : { name, target, warmCount, missingCount: warmCount, total: 0 };
}

/** Size by one signal, the HPA formula. A server without a reading counts as idle, so it can only make growth smaller. */
export function answerOf(signal: Signal, tolerancePercent: number, desiredSize: number): SignalAnswer {
  const { name, target, warmCount, missingCount, total } = signal;
  const facts = { name, target, warmCount, missingCount };
  const freshCount = warmCount - missingCount;
  if (freshCount <= 0) return { ...facts, verdict: "unknown", size: desiredSize };

  const value = total / freshCount;
  const wanted = Math.max(1, serversFor(signal));
  const answer = (verdict: Verdict, size: number) => ({ ...facts, value, verdict, size });
  if (total / warmCount > growAbove(target, tolerancePercent)) {
    return answer("above", Math.max(desiredSize, wanted));
  }
  if (missingCount > 0) return answer("unknown", desiredSize);
  if (value < shrinkBelow(target, tolerancePercent)) return answer("below", Math.min(desiredSize, wanted));
  return answer("within", desiredSize);
}

/** The one of several signals, at least one, that needs the most servers under the load of now. */
export function neediest<S extends Pick<Signal, "total" | "target">>(signals: readonly S[]): S {
  return signals.reduce((most, signal) => (serversFor(signal) > serversFor(most) ? signal : most));
}

/** The servers that would run at the target under the load of now. 2.0000000000000004 servers are two. */
export function serversFor({ total, target }: Pick<Signal, "total" | "target">): number {
  return Math.ceil(total / target - 1e-9);
}

/** Without a complete reading nothing may shrink. */
export function isIncomplete({
  warmCount,
  missingCount,
}: Pick<Signal, "warmCount" | "missingCount">): boolean {
  return warmCount === 0 || missingCount > 0;
}
