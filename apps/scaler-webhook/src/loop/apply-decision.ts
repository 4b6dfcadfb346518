import {
  BESIDE_CPU,
  cloneName,
  continueWatch,
  countThoseThatMayNotLeave,
  createsLeft,
  createsWithinMaximum,
  type Decision,
  decide,
  decisionIsSound,
  isCarrying,
  isOnItsWay,
  isUnhealthy,
  isWarm,
  loadFitsOnWhatIsLeft,
  loadReading,
  planChanges,
  planServer,
  poolSignal,
  resumeWatch,
  SCALE_IN,
  type Server,
  type Signal,
  sizeWithinMaximum,
  summarizeLoad,
  withinWindows,
} from "@autoscaler/scaling-core";
import type { Observation } from "./observe.ts";
import { isRecent, paceMs } from "./pace.ts";
import { desiredSizeOf, type Pool, stayingClones } from "./pool.ts";
import type { Pause } from "./ports.ts";
import { reportViolations } from "./violations.ts";

/** Decides the size for this tick and says why. Changes nothing but the memory of the loop. */
export function decideSize(pool: Pool, observation: Observation): Decision {
  const { config, clones, ports, state } = pool;
  const nowMs = ports.clock.nowMs();
  const windows = ports.openWindows(nowMs);
  const policy = withinWindows(config.policy, windows);
  const memory = ports.journal.memory();
  const live = clones.live();
  const carrying = live.filter(isCarrying);
  const isWarmNow = (server: Server) => isWarm(server, nowMs, policy);
  const warm = [config.seed.name, ...carrying.filter(isWarmNow).map(({ record }) => record.name)];
  const manual = memory.manual !== undefined && nowMs < memory.manual.untilMs ? memory.manual : undefined;

  state.watch = resumeWatch(state.watch, nowMs, paceMs.watchGap);
  const decision = decide({
    nowMs,
    policy,
    windows,
    desiredSize: desiredSizeOf(pool),
    carryingCount: 1 + carrying.length,
    mayNotLeave: countThoseThatMayNotLeave(stayingClones(clones), { nowMs, ownership: pool.ownership }),
    leftAtMs: [...live.map(({ record }) => record), ...clones.gone()]
      .flatMap(({ outAcknowledgedAtMs }) => outAcknowledgedAtMs ?? [])
      .filter((atMs) => isRecent(atMs, nowMs, paceMs.longestRatePeriod)),
    load: summarizeLoad(warm.map((name) => observation.loads?.get(name) ?? loadReading(undefined))),
    signals: signalsBesideCpu(pool, observation, warm, 1 + carrying.length),
    isUpAlertFresh: state.upAlertAtMs !== undefined && nowMs - state.upAlertAtMs < paceMs.alertIsFresh,
    createsLeft: createsLeftToday(pool),
    notYetWarmCount: live.filter(
      (server) => isOnItsWay(server.record) || (server.record.phase === "serving" && !isWarmNow(server)),
    ).length,
    plannedCount: live.filter(({ record }) => record.phase === "planned").length,
    isLoadBalancerSettled: state.acknowledged !== undefined,
    watch: state.watch,
    changes: ports.journal.changesSince(nowMs - paceMs.longestRatePeriod),
    paused: pausedDirections(memory.pause, nowMs),
    ...(manual?.kind === "floor" ? { manualFloor: manual.size } : {}),
    ...(manual?.kind === "step-down" ? { manualStepDown: true } : {}),
    ...(manual?.kind === "size" ? { manualSize: manual.size } : {}),
  });

  const keepMs = 1000 * Math.max(policy.scaleUp.stabilizationSeconds, policy.scaleDown.stabilizationSeconds);
  state.watch = continueWatch(state.watch, { atMs: nowMs, size: decision.recommendedSize }, keepMs);
  // A load that enough servers are on their way for is no new breach.
  const isShort = decision.recommendedSize > decision.fromSize;
  state.breachAtMs = isShort ? (state.breachAtMs ?? nowMs) : undefined;
  return decision;
}

function signalsBesideCpu(
  { config }: Pool,
  { signals }: Observation,
  warm: readonly string[],
  carryingCount: number,
): readonly Signal[] {
  return Object.values(BESIDE_CPU).flatMap(({ name, field, readAs }) => {
    const target = config.policy.signals[field];
    if (target === undefined) return [];
    const reading = signals[field];
    if (readAs === "per-server") {
      const byServer = typeof reading === "object" ? reading : undefined;
      const load = summarizeLoad(warm.map((server) => byServer?.get(server) ?? loadReading(undefined)));
      return [{ name, target, ...load, total: load.totalPercent }];
    }
    const ofPool = typeof reading === "number" ? reading : Number.NaN;
    const perServer = readAs === "shared" ? ofPool / carryingCount : ofPool;
    return [poolSignal(name, target, warm.length, perServer)];
  });
}

function createsLeftToday({ config, clones, ports }: Pool): number {
  const records = [...clones.live().map(({ record }) => record), ...clones.gone()];
  return createsLeft(records, config.policy.createsPerDay, ports.clock.nowMs());
}

export function pausedDirections(pause: Pause | undefined, nowMs: number) {
  const direction = pause !== undefined && nowMs < pause.untilMs ? pause.direction : undefined;
  return {
    up: direction === "up" || direction === "both",
    down: direction === "down" || direction === "both",
  };
}

/** Writes the decision down, and plans, returns or drains servers so that the pool gets its size. */
export function applyDecision(pool: Pool, decision: Decision): void {
  const { config, clones, ports, state, limits, ownership } = pool;
  const { journal, clock } = ports;
  const nowMs = clock.nowMs();
  const decisionId = record(pool, decision, nowMs);

  // A decision that breaks an invariant is not followed.
  if (reportViolations(pool, "decision", decisionIsSound(decision))) return;
  if (decision.toSize !== decision.fromSize) {
    journal.addChange({ atMs: nowMs, delta: decision.toSize - decision.fromSize });
  }
  const { manual } = journal.memory();
  const isDone =
    manual !== undefined &&
    (nowMs >= manual.untilMs || (manual.kind === "step-down" && decision.toSize < decision.fromSize));
  journal.remember({ desiredSize: decision.toSize, ...(isDone ? { manual: undefined } : {}) });

  const { policy, paused } = decision.input;
  const plan = planChanges({
    servers: clones.live(),
    desiredSize: decision.toSize,
    maxSize: policy.maxSize,
    paused: policy.dryRun ? { up: true, down: true } : paused,
    createsLeft: createsLeftToday(pool),
    nowMs,
    ownership,
    limits,
    release: config.seed.release,
  });
  const live = clones.live();
  const healthy = live.filter(
    (server) => server.record.phase === "serving" && !isUnhealthy(server, nowMs, limits),
  );
  const violations = [
    ...createsWithinMaximum(live.length, plan.createCount, policy.maxSize),
    ...loadFitsOnWhatIsLeft(decision, healthy, plan.remove),
  ];
  if (reportViolations(pool, "plan", violations)) return;
  for (const { record } of plan.undrain) {
    clones.enter(record.name, "probing", {
      why: "the load is back before it left",
      inServiceSinceMs: undefined,
      outAcknowledgedAtMs: undefined,
    });
  }
  for (let count = 0; count < plan.createCount; count += 1) {
    const times = {
      decidedAtMs: nowMs,
      ...(state.breachAtMs === undefined ? {} : { breachAtMs: state.breachAtMs }),
    };
    clones.add(planServer(cloneName(ownership, ports.newSuffix()), nowMs, times, config.seed.release), {
      decisionId,
    });
  }
  for (const server of plan.remove) remove(pool, server);

  if (paused.down || policy.dryRun) return;
  const stayingCount = stayingClones(clones).length;
  reportViolations(pool, "size", sizeWithinMaximum(stayingCount, policy.maxSize, decision.input.mayNotLeave));
}

function remove({ clones }: Pool, { record }: Server): void {
  if (record.phase === "planned")
    clones.enter(record.name, "gone", { why: "no longer wanted before it was sent for" });
  else if (record.publishedAtMs === undefined)
    clones.enter(record.name, "deleting", { why: "no longer wanted" });
  else clones.enter(record.name, "draining", { why: SCALE_IN });
}

/** Stored, and said at `info`, only when it differs from the one before: a calm pool is a quiet one. */
function record({ ports, state }: Pool, decision: Decision, nowMs: number): number | undefined {
  const isNews =
    state.lastDecision === undefined || fingerprint(state.lastDecision) !== fingerprint(decision);
  state.lastDecision = decision;
  const { fromSize, toSize, reason, loadPercent, clamps, sentence } = decision;
  const facts = { event: "decision.made", fromSize, toSize, reason, loadPercent, clamps, sentence };
  if (!isNews) {
    ports.log.debug(facts, "decided");
    return state.lastDecisionId;
  }
  const decisionId = ports.journal.addDecision(nowMs, decision);
  state.lastDecisionId = decisionId;
  ports.log.info({ ...facts, decisionId }, "decided");
  return decisionId;
}

function fingerprint({ fromSize, toSize, reason, clamps }: Decision): string {
  return JSON.stringify([fromSize, toSize, reason, clamps.map(({ name }) => name)]);
}
