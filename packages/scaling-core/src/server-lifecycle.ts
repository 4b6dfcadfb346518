import { type BackOff, isBarred } from "./back-off.ts";
import type { ScalingPolicy } from "./policy.ts";
import type { Server, ServerPhase, ServerRecord } from "./server-record.ts";

export interface LifecycleLimits {
  /** A clone that is not ready so long after it was sent is given up. */
  readonly giveUpMs: number;
  /** How long a clone whose answer got lost is looked for before it counts as never made. */
  readonly lookUpMs: number;
  /** How often it is looked for at least. */
  readonly lookUps: number;
  readonly probesInARow: number;
  /** Failed probes in a row after which a server in service is dead, and how long after its start none counts. */
  readonly failedProbesInARow: number;
  readonly graceMs: number;
  readonly drainMinimumMs: number;
  readonly drainDeadlineMs: number;
  /** Cloud lists in a row without a machine before its detail is asked for. */
  readonly absentReads: number;
}

/** Lists of the cloud lag, and a client that gave up may still get its machine (docs/api-facts.md#vms). */
const LONGEST_LOOK_UP_MS = 120_000;
const LOOK_UPS = 3;
const ABSENT_READS = 3;

export function lifecycleLimits({ provision, drain, repair }: ScalingPolicy): LifecycleLimits {
  const giveUpMs = provision.giveUpSeconds * 1000;
  return {
    giveUpMs,
    lookUpMs: Math.min(giveUpMs, LONGEST_LOOK_UP_MS),
    lookUps: LOOK_UPS,
    probesInARow: provision.probesInARow,
    failedProbesInARow: repair.failedProbesInARow,
    graceMs: repair.graceSeconds * 1000,
    drainMinimumMs: drain.minimumSeconds * 1000,
    drainDeadlineMs: drain.deadlineSeconds * 1000,
    absentReads: ABSENT_READS,
  };
}

/** What holds for the whole pool in this tick. */
export interface PoolGuards {
  readonly backOff: BackOff;
  /** Another clone was sent for and is not in service yet. */
  readonly isOneOnItsWay: boolean;
  /** False while so many servers fail that the fault is rather shared. */
  readonly mayReplaceUnhealthy: boolean;
}

export type Step =
  /** Nothing to do; `why` says what it waits for, if for anything. */
  | { readonly kind: "wait"; readonly why?: string }
  /** A change of phase without any call. */
  | { readonly kind: "enter"; readonly phase: ServerPhase; readonly why: string }
  /** Probe until ready. */
  | { readonly kind: "probe" }
  /** Calls of the cloud. */
  | { readonly kind: "clone" | "look-up" | "inspect" | "start" | "delete" };

export type CloudStep = Exclude<Step["kind"], "wait" | "enter" | "probe">;

/** The one next thing to do for a server. Pure: time is an argument, what was seen is in `sighting`. */
export function nextStep(server: Server, nowMs: number, limits: LifecycleLimits, guards: PoolGuards): Step {
  const { record } = server;
  switch (record.phase) {
    case "planned":
      if (isBarred(guards.backOff, nowMs)) return wait("the pause after a failed create");
      // What has just failed is tried with one, not with all of them.
      if (guards.backOff.failureCount > 0 && guards.isOneOnItsWay) return wait("the clone before it");
      return whenDue(record, nowMs, "clone");
    case "creating":
      return afterUnknownClone(server, nowMs, limits);
    case "booting":
      return whileBooting(server, nowMs, limits);
    case "probing":
      return whileProbing(server, nowMs, limits);
    case "serving":
      return whileServing(server, nowMs, limits, guards);
    case "draining":
      return whileDraining(server, nowMs, limits);
    case "failed":
      return enter("deleting", record.why);
    case "deleting":
      return whenDue(record, nowMs, "delete");
    case "gone":
      return { kind: "wait" };
  }
}

/** Whether the load balancer may be told of it. */
export function isReady({ sighting }: Server, limits: LifecycleLimits): boolean {
  return sighting.goodProbeCount >= limits.probesInARow && !sighting.isProvenAbsent;
}

/** An automatic public address may show up minutes after its machine: it is looked for as long. */
const PUBLIC_IP_WINDOW_MS = 300_000;
const PUBLIC_IP_WINDOW_AT_DELETION_MS = 120_000;

/** Whether an automatic public address may still show up. */
export function mayGetPublicIp(record: ServerRecord, nowMs: number): boolean {
  if (record.publicIp === "settled" || record.vmUuid === undefined) return false;
  const windowMs = record.phase === "deleting" ? PUBLIC_IP_WINDOW_AT_DELETION_MS : PUBLIC_IP_WINDOW_MS;
  const { publicIpSinceMs = 0, times, cloneSentAtMs, phaseSinceMs } = record;
  const startedAtMs = times.runningAtMs ?? cloneSentAtMs ?? phaseSinceMs;
  return nowMs - Math.max(publicIpSinceMs, startedAtMs) < windowMs;
}

/**
 * Requests go to it: a server that drains counts until the load balancer has let it go, one whose machine is
 * proven absent does not.
 */
export function isCarrying({ record, sighting }: Server): boolean {
  const { phase, inServiceSinceMs, outAcknowledgedAtMs } = record;
  const isServed = phase === "serving" || (phase === "draining" && outAcknowledgedAtMs === undefined);
  return isServed && inServiceSinceMs !== undefined && !sighting.isProvenAbsent;
}

/** Sent for, and not in service yet. */
export function isOnItsWay({ phase }: ServerRecord): boolean {
  return phase === "creating" || phase === "booting" || phase === "probing";
}

/** Carrying long enough for its load to count. */
export function isWarm(server: Server, nowMs: number, policy: ScalingPolicy): boolean {
  const { inServiceSinceMs = nowMs } = server.record;
  return isCarrying(server) && nowMs - inServiceSinceMs >= policy.warmUpSeconds * 1000;
}

export function isUnhealthy({ record, sighting }: Server, nowMs: number, limits: LifecycleLimits): boolean {
  const { phase, inServiceSinceMs = 0 } = record;
  return (
    phase === "serving" &&
    sighting.failedProbeCount >= limits.failedProbesInARow &&
    nowMs - inServiceSinceMs >= limits.graceMs
  );
}

/** Draining only because the pool was too big, and still well: it can serve again. */
export function canServeAgain(server: Server, limits: LifecycleLimits): boolean {
  return server.record.phase === "draining" && server.record.why === SCALE_IN && isReady(server, limits);
}

/** The cloud hands an address out again only when its machine is gone. */
const ADDRESS_TAKEN = "another machine has its address";

/** The `why` of a drain that the pool's size asked for. */
export const SCALE_IN = "the pool shrinks";

function afterUnknownClone({ record, sighting }: Server, nowMs: number, limits: LifecycleLimits): Step {
  if (sighting.vm !== undefined) return enter("booting", "found by its name");
  // The phase starts anew when the answer is known to be lost; a late start of the process must still look.
  const isOverdue = nowMs - record.phaseSinceMs >= limits.lookUpMs && record.attemptCount >= limits.lookUps;
  if (!isOverdue) return whenDue(record, nowMs, "look-up");
  return enter("failed", "the clone was sent, and no machine of its name appeared");
}

function whileBooting({ record, sighting }: Server, nowMs: number, limits: LifecycleLimits): Step {
  if (sighting.isProvenAbsent) return enter("failed", "its machine vanished");
  if (isTooLate(record, nowMs, limits)) return enter("failed", "it did not boot in time");
  if (sighting.vm?.status === "running" && sighting.vm.privateIpv4 !== undefined) {
    return enter("probing", "it runs and has its private address");
  }
  if (sighting.vm?.status === "stopped") return whenDue(record, nowMs, "start");
  return whenDue(record, nowMs, "inspect"); // a list row may lack what the detail has
}

function whileProbing(server: Server, nowMs: number, limits: LifecycleLimits): Step {
  const { record, sighting } = server;
  const giveUp = (why: string) => enter(record.publishedAtMs === undefined ? "failed" : "draining", why);
  if (sighting.isProvenAbsent) return giveUp("its machine vanished");
  if (record.privateIpv4 === undefined) return giveUp(ADDRESS_TAKEN);
  // A ready server waits for the load balancer as long as that takes: deleting it would help nobody.
  if (isReady(server, limits)) return wait("the load balancer's acknowledgement");
  // After a restart it has to fail a probe first: it may serve since long, and only its acknowledgement is lacking.
  if (isTooLate(record, nowMs, limits) && sighting.failedProbeCount > 0)
    return giveUp("it did not answer its probes in time");
  if (sighting.vm?.status === "stopped") return whenDue(record, nowMs, "start"); // it went down again
  return isMissing(server, limits) ? whenDue(record, nowMs, "inspect") : { kind: "probe" };
}

function whileServing(server: Server, nowMs: number, limits: LifecycleLimits, guards: PoolGuards): Step {
  if (server.sighting.isProvenAbsent) return enter("draining", "its machine vanished");
  if (server.record.privateIpv4 === undefined) return enter("draining", ADDRESS_TAKEN);
  if (isMissing(server, limits)) return whenDue(server.record, nowMs, "inspect");
  if (!isUnhealthy(server, nowMs, limits)) return { kind: "wait" };
  return guards.mayReplaceUnhealthy
    ? enter("draining", "it failed its probes")
    : wait("the end of a fault that most servers share");
}

function whileDraining(server: Server, nowMs: number, limits: LifecycleLimits): Step {
  const { record, sighting } = server;
  // Nothing can be sent to it any more, whatever the load balancer says of its address.
  if (sighting.isProvenAbsent) return enter("deleting", "its machine vanished");
  if (record.outAcknowledgedAtMs === undefined) return wait("the load balancer's acknowledgement");
  const drainedMs = nowMs - record.outAcknowledgedAtMs;
  if (drainedMs >= limits.drainDeadlineMs) return enter("deleting", "the drain's deadline passed");
  const openCount = record.privateIpv4 === undefined ? 0 : sighting.openConnectionCount;
  if (drainedMs >= limits.drainMinimumMs && openCount === 0) {
    return enter("deleting", "no connection is open");
  }
  return isMissing(server, limits) ? whenDue(record, nowMs, "inspect") : wait("its open connections");
}

function isMissing({ sighting }: Server, limits: LifecycleLimits): boolean {
  return sighting.absentReadCount >= limits.absentReads;
}

function isTooLate(
  { cloneSentAtMs, phaseSinceMs }: ServerRecord,
  nowMs: number,
  limits: LifecycleLimits,
): boolean {
  return nowMs - (cloneSentAtMs ?? phaseSinceMs) >= limits.giveUpMs;
}

function whenDue({ notBeforeMs = 0 }: ServerRecord, nowMs: number, kind: CloudStep): Step {
  return nowMs < notBeforeMs ? wait("its next try") : { kind };
}

function wait(why: string): Step {
  return { kind: "wait", why };
}

function enter(phase: ServerPhase, why: string): Step {
  return { kind: "enter", phase, why };
}
