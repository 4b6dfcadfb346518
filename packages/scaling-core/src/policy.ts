import { growAbove, shrinkBelow } from "./band.ts";
import { parseScalingPolicy } from "./parse-policy.ts";
import type { ScalingPolicy } from "./policy-shape.ts";

export type { ScalingPolicy, ScalingRate, Schedule } from "./policy-shape.ts";

/** What a pool has for which nothing is said. */
export const defaultPolicy: ScalingPolicy = defaults();

function defaults(): ScalingPolicy {
  const parsed = parseScalingPolicy({});
  if (parsed.kind === "invalid") throw new Error(parsed.problems.join("; "));
  return parsed.policy;
}

/** The pool grows when its load is above this. */
export function growAbovePercent(policy: Pick<ScalingPolicy, "targetPercent" | "tolerancePercent">): number {
  return growAbove(policy.targetPercent, policy.tolerancePercent);
}

/** The pool may shrink when its load is below this. */
export function shrinkBelowPercent(
  policy: Pick<ScalingPolicy, "targetPercent" | "tolerancePercent">,
): number {
  return shrinkBelow(policy.targetPercent, policy.tolerancePercent);
}
