import { afterFailedCreate, isBarred, noBackOff } from "../back-off.ts";
import { wantedBackends } from "../backends.ts";
import { mayReplaceUnhealthy } from "../breaker.ts";
import { createsLeft } from "../budget.ts";
import { decide } from "../decide.ts";
import {
  decisionIsSound,
  deletedOnlyWhenOut,
  onlyOwnDeleted,
  sizeWithinMaximum,
  type Violation,
} from "../invariants.ts";
import { loadReading, summarizeLoad } from "../load.ts";
import { cloneName } from "../ownership.ts";
import { planChanges } from "../plan.ts";
import type { ScalingPolicy } from "../policy.ts";
import { isUnhealthy, isWarm, lifecycleLimits, nextStep, SCALE_IN } from "../server-lifecycle.ts";
import { enterPhase, planServer, type Server, type ServerRecord, unseen } from "../server-record.ts";
import { continueWatch, resumeWatch, type SizeChange, type Watch } from "../watch.ts";
import { NOW_MS, ownership } from "./samples.ts";

/** How the world around the rules goes in one tick; each number is a chance from 0 to 1. */
export interface Luck {
  readonly demandPercent: number;
  readonly missingReading: number;
  readonly cloneRefused: number;
  readonly answerLost: number;
  readonly probeFails: number;
  readonly callFails: number;
  readonly machineVanishes: number;
  readonly balancerSilent: number;
  readonly paused: "up" | "down" | "both" | "no";
  readonly tickMs: number;
}

const TICK_MS = 5_000;

/** A pool of records with the rules alone: what the app does around them, without any call. */
export function createModelPool(policy: ScalingPolicy, random: () => number) {
  const limits = lifecycleLimits(policy);
  const violations: Violation[] = [];
  let nowMs = NOW_MS;
  let servers: readonly Server[] = [];
  let gone: readonly ServerRecord[] = [];
  let desiredSize = 1;
  let backOff = noBackOff;
  let watch: Watch | undefined;
  let changes: readonly SizeChange[] = [];
  let served: readonly string[] = [];
  let isSettled = true;
  let nameCount = 0;

  const put = (next: Server) => {
    servers = servers.map((server) => (server.record.name === next.record.name ? next : server));
  };
  const happens = (chance: number) => random() < chance;
  const failed = () => {
    if (!isBarred(backOff, nowMs)) backOff = afterFailedCreate(backOff, nowMs);
  };

  function decideAndPlan({ demandPercent, missingReading, paused: direction }: Luck): void {
    const paused = {
      up: direction === "up" || direction === "both",
      down: direction === "down" || direction === "both",
    };
    const warm = servers.filter(({ record }) => isWarm(record, nowMs, policy));
    const share = Math.min(100, demandPercent / (1 + served.length));
    const readings = [undefined, ...warm].map(() => loadReading(happens(missingReading) ? undefined : share));
    watch = resumeWatch(watch, nowMs, 60_000);
    const decision = decide({
      nowMs,
      policy,
      desiredSize,
      load: summarizeLoad(readings),
      notYetWarmCount: servers.filter(
        ({ record: { phase }, record }) =>
          ["creating", "booting", "probing"].includes(phase) ||
          (phase === "serving" && !isWarm(record, nowMs, policy)),
      ).length,
      isLoadBalancerSettled: isSettled,
      watch,
      changes,
      paused,
      createsLeft: leftToday(),
    });
    watch = continueWatch(watch, { atMs: nowMs, size: decision.recommendedSize }, 600_000);
    violations.push(...decisionIsSound(decision));
    if (decision.toSize !== desiredSize) {
      changes = [...changes, { atMs: nowMs, delta: decision.toSize - desiredSize }];
    }
    desiredSize = decision.toSize;
    const plan = planChanges({
      servers,
      desiredSize,
      maxSize: policy.maxSize,
      paused,
      createsLeft: leftToday(),
      nowMs,
      ownership,
      limits,
    });
    for (const { record, sighting } of plan.undrain) {
      const back = { why: "back", inServiceSinceMs: undefined, outAcknowledgedAtMs: undefined };
      put({ record: enterPhase(record, "probing", nowMs, back), sighting });
    }
    for (const { record, sighting } of plan.remove) {
      const [phase, why] =
        record.phase === "planned"
          ? (["gone", "unwanted"] as const)
          : record.publishedAtMs === undefined
            ? (["deleting", "unwanted"] as const)
            : (["draining", SCALE_IN] as const);
      put({ record: enterPhase(record, phase, nowMs, { why }), sighting });
    }
    for (let count = 0; count < plan.createCount; count += 1) {
      nameCount += 1;
      const name = cloneName(ownership, `s${String(nameCount).padStart(6, "0")}`);
      servers = [...servers, { record: planServer(name, nowMs, {}), sighting: unseen }];
    }
  }

  const leftToday = () =>
    createsLeft([...servers.map(({ record }) => record), ...gone], policy.createsPerDay, nowMs);

  /** What the cloud, the probes and the load balancer show of a server. */
  function look(server: Server, luck: Luck): Server {
    const { record, sighting } = server;
    const isUp = !happens(luck.probeFails);
    const isProbed = ["probing", "serving", "draining"].includes(record.phase);
    const vanishes = record.vmUuid !== undefined && happens(luck.machineVanishes);
    return {
      record,
      sighting: {
        ...sighting,
        isProvenAbsent: sighting.isProvenAbsent || vanishes,
        ...(isProbed && {
          goodProbeCount: isUp ? sighting.goodProbeCount + 1 : 0,
          failedProbeCount: isUp ? 0 : sighting.failedProbeCount + 1,
        }),
        openConnectionCount: happens(0.3) ? 1 : 0,
      },
    };
  }

  function take(server: Server, luck: Luck, mayReplace: boolean): void {
    const { record, sighting } = server;
    const step = nextStep(server, nowMs, limits, { backOff, mayReplaceUnhealthy: mayReplace });
    const enter = (phase: ServerRecord["phase"], why: string, detail: Partial<ServerRecord> = {}) =>
      put({ record: enterPhase(record, phase, nowMs, { why, ...detail }), sighting });
    const vm = { uuid: `vm-${record.name}`, name: record.name, status: "running", privateIpv4: record.name };
    switch (step.kind) {
      case "wait":
      case "probe":
        return;
      case "enter":
        if (step.phase === "failed") failed();
        enter(step.phase, step.why, step.phase === "probing" ? { privateIpv4: vm.privateIpv4 } : {});
        return;
      case "clone":
        if (happens(luck.cloneRefused)) {
          failed();
          enter("planned", "refused", { cloneSentAtMs: nowMs });
        } else if (happens(luck.answerLost)) enter("creating", "lost", { cloneSentAtMs: nowMs });
        else enter("booting", "made", { cloneSentAtMs: nowMs, vmUuid: vm.uuid });
        return;
      case "look-up":
        if (happens(0.5)) put({ record: { ...record, attemptCount: record.attemptCount + 1 }, sighting });
        else enter("booting", "found", { vmUuid: vm.uuid });
        return;
      case "inspect":
      case "start":
        if (!happens(luck.callFails)) put({ record, sighting: { ...sighting, vm, absentReadCount: 0 } });
        return;
      case "delete":
        violations.push(
          ...deletedOnlyWhenOut(record),
          ...onlyOwnDeleted({ uuid: record.vmUuid ?? "", name: record.name }, ownership),
        );
        if (!happens(luck.callFails)) enter("gone", "deleted");
    }
  }

  function publish({ balancerSilent }: Luck): void {
    const wanted = wantedBackends(servers, limits).map(({ record }) => record.name);
    if (wanted.join() === served.join() && isSettled) {
      settle();
      return;
    }
    isSettled = false;
    for (const { record, sighting } of servers) {
      if (!wanted.includes(record.name)) continue;
      put({ record: { ...record, publishedAtMs: record.publishedAtMs ?? nowMs }, sighting });
    }
    if (happens(balancerSilent)) return;
    served = wanted;
    isSettled = true;
    settle();
  }

  function settle(): void {
    for (const { record, sighting } of servers) {
      const isIn = served.includes(record.name);
      if (record.phase === "probing" && isIn) {
        const detail = { why: "served", inServiceSinceMs: nowMs };
        put({ record: enterPhase(record, "serving", nowMs, detail), sighting });
        backOff = noBackOff;
      }
      if (record.phase === "draining" && !isIn && record.outAcknowledgedAtMs === undefined) {
        put({ record: { ...record, outAcknowledgedAtMs: nowMs }, sighting });
      }
    }
  }

  return {
    violations,
    /** A clone that got away: it is live in the records, or served without being live. */
    leftCount: () => servers.length + served.length,
    tick(luck: Luck): void {
      nowMs += luck.tickMs;
      servers = servers.map((server) => look(server, luck));
      decideAndPlan(luck);
      const serving = servers.filter(({ record }) => record.phase === "serving");
      const mayReplace = mayReplaceUnhealthy({
        unhealthyCount: serving.filter((server) => isUnhealthy(server, nowMs, limits)).length,
        servingCount: 1 + serving.length,
      });
      for (const { record } of servers) {
        const latest = servers.find((server) => server.record.name === record.name);
        if (latest !== undefined) take(latest, luck, mayReplace);
      }
      publish(luck);
      gone = [...gone, ...servers.map(({ record }) => record).filter(({ phase }) => phase === "gone")];
      servers = servers.filter(({ record }) => record.phase !== "gone");
      const records = servers.map(({ record }) => record);
      violations.push(...sizeWithinMaximum(records, policy.maxSize));
    },
  };
}

/** Nobody asks for anything, and nothing fails. */
export const calm: Luck = {
  demandPercent: 1,
  missingReading: 0,
  cloneRefused: 0,
  answerLost: 0,
  probeFails: 0,
  callFails: 0,
  machineVanishes: 0,
  balancerSilent: 0,
  paused: "no",
  tickMs: TICK_MS,
};
