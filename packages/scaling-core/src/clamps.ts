import type { ClampName, DecisionInput, MayNotLeave } from "./decision.ts";
import type { ScalingRate } from "./policy.ts";
import { isIncomplete, type Signal, serversFor } from "./signals.ts";
import type { SizeChange } from "./watch.ts";

interface ClampRule {
  readonly name: ClampName;
  readonly limit: (size: number) => number;
}

/** `isForced`: asked for by a limit or an operator, who wait for no window. */
export function growthClamps(input: DecisionInput, isForced: boolean): readonly ClampRule[] {
  const { policy, desiredSize } = input;
  const calm: readonly ClampRule[] = [
    {
      name: "stabilization-up",
      limit: (size) => Math.max(desiredSize, Math.min(size, lowestInWindow(input, size))),
    },
    { name: "rate-up", limit: (size) => Math.max(desiredSize, Math.min(size, highestByRate(input))) },
  ];
  return [
    ...(isForced ? [] : calm),
    { name: "max-size", limit: (size) => Math.min(size, policy.maxSize) },
    {
      name: "create-budget",
      limit: (size) => Math.min(size, desiredSize + Math.max(0, input.createsLeft ?? size)),
    },
    { name: "paused-up", limit: (size) => (input.paused.up ? desiredSize : size) },
    { name: "dry-run", limit: (size) => (policy.dryRun ? desiredSize : size) },
  ];
}

export function shrinkClamps(
  input: DecisionInput,
  signals: readonly Signal[],
  isForced: boolean,
  manualFloor: number,
): readonly ClampRule[] {
  const { policy, desiredSize } = input;
  const isAboveMaximum = desiredSize > policy.maxSize;
  const hold = (isHeld: boolean) => (size: number) => (isHeld ? desiredSize : size);

  const atLeast = (lowest: number) => (size: number) => Math.min(desiredSize, Math.max(size, lowest));

  const calm: ClampRule = {
    name: "stabilization-down",
    limit: (size) => atLeast(highestInWindow(input, size))(size),
  };
  const byLoad: readonly ClampRule[] = [
    { name: "load-unknown", limit: hold(signals.some(isIncomplete)) },
    { name: "scale-out-in-progress", limit: hold(input.notYetWarmCount > 0) },
    { name: "load-balancer-behind", limit: hold(!input.isLoadBalancerSettled) },
    ...(isForced ? [] : [calm]),
    // An operator and a window of the calendar that ends wait for it, too: whoever asks, few leave at once.
    { name: "rate-down", limit: atLeast(lowestByRate(input)) },
    { name: "present-load", limit: atLeast(Math.max(...signals.map(serversFor))) },
    { name: "manual-floor", limit: atLeast(manualFloor) },
  ];
  return [
    // The maximum is a limit of cost: it does not depend on what the load looks like.
    ...(isAboveMaximum ? [] : byLoad),
    { name: "min-size", limit: (size) => Math.max(size, Math.min(desiredSize, policy.minSize)) },
    { name: "may-not-leave", limit: (size) => atLeast(lowestWith(size, input.mayNotLeave))(size) },
    { name: "paused-down", limit: (size) => (input.paused.down ? Math.max(size, desiredSize) : size) },
    { name: "dry-run", limit: (size) => (policy.dryRun ? Math.max(size, desiredSize) : size) },
  ];
}

/** The smallest size that the pool can have now when `size` is asked for. */
export function lowestWith(
  size: number,
  { protectedCount, creatingCount }: MayNotLeave = { protectedCount: 0, creatingCount: 0 },
): number {
  return Math.max(size, 1 + protectedCount) + creatingCount;
}

function lowestInWindow({ watch, nowMs, policy, desiredSize }: DecisionInput, size: number): number {
  const windowMs = policy.scaleUp.stabilizationSeconds * 1000;
  if (nowMs - watch.sinceMs < windowMs) return desiredSize;
  return inWindow(watch.recommendations, nowMs, windowMs).reduce(
    (low, past) => Math.min(low, past.size),
    size,
  );
}

function highestInWindow({ watch, nowMs, policy, desiredSize }: DecisionInput, size: number): number {
  const windowMs = policy.scaleDown.stabilizationSeconds * 1000;
  if (nowMs - watch.sinceMs < windowMs) return desiredSize;
  return inWindow(watch.recommendations, nowMs, windowMs).reduce(
    (high, past) => Math.max(high, past.size),
    size,
  );
}

function highestByRate(input: DecisionInput): number {
  const { policy, desiredSize, carryingCount = desiredSize, changes, nowMs } = input;
  const { scaleUp } = policy;
  const startSize = Math.max(1, Math.max(desiredSize, carryingCount) - addedIn(changes, nowMs, scaleUp));
  const byCount = scaleUp.maxServers === undefined ? 0 : startSize + scaleUp.maxServers;
  const byPercent =
    scaleUp.maxPercent === undefined ? 0 : Math.ceil((startSize * (100 + scaleUp.maxPercent)) / 100);
  return Math.max(byCount, byPercent);
}

function lowestByRate(input: DecisionInput): number {
  const { policy, desiredSize, changes, leftAtMs = [], nowMs } = input;
  const { scaleDown } = policy;
  // What was decided and what left are the same servers; a load balancer may let them go much later.
  const left = inWindow(
    leftAtMs.map((atMs) => ({ atMs })),
    nowMs,
    scaleDown.periodSeconds * 1000,
  );
  const startSize = desiredSize + Math.max(removedIn(changes, nowMs, scaleDown), left.length);
  const byCount = scaleDown.maxServers === undefined ? startSize : startSize - scaleDown.maxServers;
  const byPercent =
    scaleDown.maxPercent === undefined
      ? startSize
      : Math.floor((startSize * (100 - scaleDown.maxPercent)) / 100);
  return Math.min(byCount, byPercent);
}

function addedIn(changes: readonly SizeChange[], nowMs: number, rate: ScalingRate): number {
  return inWindow(changes, nowMs, rate.periodSeconds * 1000).reduce(
    (sum, { delta }) => sum + Math.max(0, delta),
    0,
  );
}

function removedIn(changes: readonly SizeChange[], nowMs: number, rate: ScalingRate): number {
  return inWindow(changes, nowMs, rate.periodSeconds * 1000).reduce(
    (sum, { delta }) => sum + Math.max(0, -delta),
    0,
  );
}

/** An entry a little in the future (the clock was set back) counts as recent, one far in the future as noise. */
function inWindow<T extends { readonly atMs: number }>(
  entries: readonly T[],
  nowMs: number,
  windowMs: number,
): T[] {
  return entries.filter(({ atMs }) => Math.abs(nowMs - atMs) < windowMs);
}
