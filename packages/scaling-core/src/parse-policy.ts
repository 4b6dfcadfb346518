import { parseShape } from "@autoscaler/shape";
import { growAbove } from "./band.ts";
import { BESIDE_CPU } from "./beside-cpu.ts";
import { DEFAULT_LIMITS, type ScalingPolicy, ScalingPolicyShape, type ScalingRate } from "./policy-shape.ts";

export type PolicyResult =
  | { readonly kind: "ok"; readonly policy: ScalingPolicy }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/**
 * Turns anything into a policy. Missing fields get their defaults, unknown ones are refused, and every
 * problem is reported at once, each with the path of its field.
 */
export function parseScalingPolicy(value: unknown): PolicyResult {
  const parsed = parseShape(ScalingPolicyShape, value, { whole: "the policy" });
  return parsed.kind === "ok" ? checkedPolicy(parsed.value) : parsed;
}

/** The same for a policy whose fields were read already: its default limits, and what its fields mean together. */
export function checkedPolicy(read: ScalingPolicy): PolicyResult {
  const policy = withDefaultLimits(read);
  const problems = contradictions(policy);
  return problems.length === 0 ? { kind: "ok", policy } : { kind: "invalid", problems };
}

/** A direction without any limit has its default one. */
export function withDefaultLimits(read: ScalingPolicy): ScalingPolicy {
  return {
    ...read,
    scaleUp: limited(read.scaleUp, DEFAULT_LIMITS.scaleUp),
    scaleDown: limited(read.scaleDown, DEFAULT_LIMITS.scaleDown),
  };
}

function limited(rate: ScalingRate, fallback: Pick<ScalingRate, "maxServers" | "maxPercent">): ScalingRate {
  return rate.maxServers === undefined && rate.maxPercent === undefined ? { ...rate, ...fallback } : rate;
}

function contradictions(policy: ScalingPolicy): readonly string[] {
  const { minSize, maxSize, targetPercent, tolerancePercent, drain, signals, schedules } = policy;
  const never = (names: string, target: number) => {
    const edge = growAbove(target, tolerancePercent);
    return edge >= 100 ? [`${names}: the pool would grow above ${edge} % only, which never happens`] : [];
  };
  return [
    ...(minSize > maxSize ? [`minSize ${minSize} is above maxSize ${maxSize}`] : []),
    ...never("targetPercent and tolerancePercent", targetPercent),
    ...Object.values(BESIDE_CPU).flatMap(({ field, unit }) =>
      unit === "%" ? never(`signals.${field} and tolerancePercent`, signals[field] ?? 1) : [],
    ),
    ...(drain.minimumSeconds > drain.deadlineSeconds
      ? ["drain.minimumSeconds is above drain.deadlineSeconds"]
      : []),
    ...schedules.flatMap(({ minSize: floor, maxSize: ceiling }, index) => [
      ...(floor === undefined && ceiling === undefined
        ? [`schedules[${index}] has neither minSize nor maxSize, so it does nothing`]
        : []),
      ...(floor !== undefined && floor > (ceiling ?? maxSize)
        ? [
            `schedules[${index}].minSize ${floor} is above ${ceiling === undefined ? "the policy's maxSize" : "its maxSize"}`,
          ]
        : []),
    ]),
  ];
}
