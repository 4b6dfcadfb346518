import { growthClamps, shrinkClamps } from "./clamps.ts";
import type { Clamp, Decision, DecisionInput, DecisionReason } from "./decision.ts";
import { meanLoadPercent } from "./load.ts";
import { growAbovePercent, shrinkBelowPercent } from "./policy.ts";
import { describeDecision } from "./sentence.ts";

/**
 * Chooses the pool size for one tick from plain data, by the formula of Kubernetes' HPA.
 *
 * Doubt is one-sided: without a complete reading the pool never shrinks. Unless a pause forbids it, the
 * result lies within `[minSize, maxSize]`.
 */
export function decide(input: DecisionInput): Decision {
  const { policy, desiredSize: fromSize, manualFloor = 0 } = input;
  const loadPercent = meanLoadPercent(input.load);
  const byLoad = recommend(input);

  const asked = askedFor(input, byLoad);
  const isForced = asked.reason !== byLoad.reason;
  const steps =
    asked.size > fromSize ? growthClamps(input, isForced) : shrinkClamps(input, isForced, manualFloor);
  let toSize = asked.size;
  const clamps: Clamp[] = [];
  for (const { name, limit } of steps) {
    const limited = limit(toSize);
    if (limited !== toSize) clamps.push({ name, from: toSize, to: limited });
    toSize = limited;
  }

  const decided = {
    fromSize,
    toSize,
    reason: asked.reason,
    recommendedSize: byLoad.size,
    ...(loadPercent === undefined ? {} : { loadPercent }),
    clamps,
  };
  return { ...decided, sentence: describeDecision(decided, input.load, policy), input };
}

interface Ask {
  readonly size: number;
  readonly reason: DecisionReason;
}

/** Limits and operators come before the load. */
function askedFor(
  { policy, desiredSize, manualFloor = 0, manualStepDown = false }: DecisionInput,
  byLoad: Ask,
): Ask {
  if (desiredSize < policy.minSize) return { size: policy.minSize, reason: "below-minimum" };
  if (desiredSize > policy.maxSize) return { size: policy.maxSize, reason: "above-maximum" };
  if (manualFloor > desiredSize && manualFloor > byLoad.size) return { size: manualFloor, reason: "manual" };
  if (manualStepDown && byLoad.size <= desiredSize) return { size: desiredSize - 1, reason: "manual" };
  return byLoad;
}

/** Size by load alone. A server without a reading counts as idle, so it can only make growth smaller. */
function recommend({ policy, desiredSize, load }: DecisionInput): Ask {
  const mean = meanLoadPercent(load);
  if (mean === undefined) return { size: desiredSize, reason: "load-unknown" };

  const wanted = Math.max(1, ceil(load.totalPercent / policy.targetPercent));
  const loadWithMissingIdle = load.totalPercent / load.warmCount;
  if (loadWithMissingIdle > growAbovePercent(policy)) {
    return { size: Math.max(desiredSize, wanted), reason: "load-above-band" };
  }
  if (load.missingCount > 0) return { size: desiredSize, reason: "load-unknown" };
  if (mean < shrinkBelowPercent(policy)) {
    return { size: Math.min(desiredSize, wanted), reason: "load-below-band" };
  }
  return { size: desiredSize, reason: "within-band" };
}

/** 2.0000000000000004 servers are two. */
function ceil(servers: number): number {
  return Math.ceil(servers - 1e-9);
}
