import { defaultsOf } from "@autoscaler/shape";
import { growAbove, shrinkBelow } from "./band.ts";
import { withDefaultLimits } from "./parse-policy.ts";
import { type ScalingPolicy, ScalingPolicyShape } from "./policy-shape.ts";

export type { ScalingPolicy, ScalingRate, Schedule } from "./policy-shape.ts";

/** What a pool has for which nothing is said. */
export const defaultPolicy: ScalingPolicy = withDefaultLimits(defaultsOf(ScalingPolicyShape));

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
