import type { Clamp, ClampName, Decision } from "./decision.ts";
import type { PoolLoad } from "./load.ts";
import { growAbovePercent, type ScalingPolicy, type ScalingRate, shrinkBelowPercent } from "./policy.ts";

/** One English sentence that a person who pays for the servers can follow. */
export function describeDecision(
  decision: Omit<Decision, "sentence" | "input">,
  load: PoolLoad,
  policy: ScalingPolicy,
): string {
  const held = decision.clamps.map((clamp) => describeClamp(clamp, policy));
  const because = held.length === 0 ? "" : ` (${held.join("; ")})`;
  return `${cause(decision, load, policy)}: ${outcome(decision)}${because}.`;
}

function cause(
  { reason, loadPercent, fromSize }: Omit<Decision, "sentence" | "input">,
  load: PoolLoad,
  policy: ScalingPolicy,
) {
  const band = `the band of ${round(shrinkBelowPercent(policy))} to ${round(growAbovePercent(policy))} %`;
  const warm = `Load is ${round(loadPercent ?? 0)} % on ${count(load.warmCount - load.missingCount, "warm server")}`;
  switch (reason) {
    case "below-minimum":
      return `The pool of ${fromSize} is below its minimum of ${policy.minSize}`;
    case "above-maximum":
      return `The pool of ${fromSize} is above its maximum of ${policy.maxSize}`;
    case "load-unknown":
      return load.warmCount === 0
        ? "No server is warm"
        : `${count(load.missingCount, "server")} of ${load.warmCount} without a reading`;
    case "within-band":
      return `${warm}, within ${band}`;
    case "load-above-band":
      return `${warm}, above ${band}`;
    case "load-below-band":
      return `${warm}, below ${band}`;
    case "manual":
      return "An operator asked for it";
  }
}

function outcome({ fromSize, toSize, reason, clamps }: Omit<Decision, "sentence" | "input">): string {
  if (toSize > fromSize) return `grows from ${fromSize} to ${toSize}`;
  if (toSize < fromSize) return `shrinks from ${fromSize} to ${toSize}`;
  const isEnoughComing = reason === "load-above-band" && clamps.length === 0;
  return `stays at ${fromSize}${isEnoughComing ? ", enough once all of them are warm" : ""}`;
}

function describeClamp({ name, from, to }: Clamp, policy: ScalingPolicy): string {
  const why: Readonly<Record<ClampName, string>> = {
    "stabilization-up": `that must have held for ${policy.scaleUp.stabilizationSeconds} s`,
    "stabilization-down": `that must have held for ${policy.scaleDown.stabilizationSeconds} s`,
    "rate-up": `at most ${rate(policy.scaleUp)}`,
    "rate-down": `at most ${rate(policy.scaleDown)}`,
    "max-size": `the maximum is ${policy.maxSize}`,
    "min-size": `the minimum is ${policy.minSize}`,
    "paused-up": "growing is paused",
    "paused-down": "shrinking is paused",
    "load-unknown": "never shrinks without a complete reading",
    "scale-out-in-progress": "new servers are still on their way",
    "load-balancer-behind": "the load balancer has not acknowledged the last change",
    "present-load": `the present load would be above ${policy.targetPercent} % on fewer servers`,
    "manual-floor": "an operator asked for at least that many",
  };
  return `wanted ${from}, held at ${to}: ${why[name]}`;
}

function rate({ maxServers, maxPercent, periodSeconds }: ScalingRate): string {
  const parts = [
    ...(maxServers === undefined ? [] : [count(maxServers, "server")]),
    ...(maxPercent === undefined ? [] : [`${maxPercent} %`]),
  ];
  return `${parts.join(" or ")} per ${periodSeconds} s`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
