import type { ScalingPolicy, Schedule } from "./policy.ts";

/** A schedule whose window is open now. */
export type OpenWindow = Pick<Schedule, "name" | "minSize" | "maxSize">;

/**
 * The policy with the limits of the windows that are open: the highest floor and the lowest ceiling hold.
 * A window moves within `[1, maxSize]` of the policy, and where floor and ceiling contradict, the ceiling
 * holds, because it is about cost.
 */
export function withinWindows(policy: ScalingPolicy, windows: readonly OpenWindow[]): ScalingPolicy {
  const maxSize = windows.reduce((low, window) => Math.min(low, window.maxSize ?? low), policy.maxSize);
  const floor = windows.reduce((high, window) => Math.max(high, window.minSize ?? high), policy.minSize);
  return { ...policy, maxSize, minSize: Math.min(floor, maxSize) };
}
