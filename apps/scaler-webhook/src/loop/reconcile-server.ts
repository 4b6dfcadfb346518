import {
  afterFailedCreate,
  isBarred,
  mayGetPublicIp,
  nextStep,
  type PoolGuards,
  type Server,
  type Step,
} from "@autoscaler/scaling-core";
import { paceMs, type StepResult, waitAfter, waitAfterFailure } from "./pace.ts";
import type { Pool } from "./pool.ts";
import { cloneServer } from "./steps/clone.ts";
import { deleteServer } from "./steps/delete.ts";
import { inspectServer } from "./steps/inspect.ts";
import { lookUpServer } from "./steps/look-up.ts";
import { probeUntilReady } from "./steps/probe.ts";
import { settlePublicIp } from "./steps/public-ip.ts";
import { startServer } from "./steps/start.ts";

const cloudSteps = {
  clone: cloneServer,
  "look-up": lookUpServer,
  inspect: inspectServer,
  start: startServer,
  delete: deleteServer,
};

/** Takes one server one step forward. Calls that may block run in the server's lane; this returns at once. */
export function reconcileServer(pool: Pool, server: Server, guards: PoolGuards): void {
  const { clones, lanes, limits, ports } = pool;
  const { name } = server.record;
  // While a clone is being sent its outcome is not lost, only open.
  if (server.record.phase === "creating" && lanes.isBusy(cloudLane(name))) return;

  const step = nextStep(server, ports.clock.nowMs(), limits, guards);
  clones.noteSighting(name, { waitsFor: step.kind === "wait" ? step.why : undefined });
  switch (step.kind) {
    case "wait":
      break;
    case "enter":
      enter(pool, server, step);
      break;
    case "probe":
      lanes.start(`probe:${name}`, "probe", () => probeUntilReady(pool, name));
      break;
    default:
      inCloudLane(pool, name, () => cloudSteps[step.kind](pool, name));
  }
  const latest = clones.get(name);
  if (latest !== undefined) lookForPublicIp(pool, latest);
}

function enter(
  { clones, config, ports }: Pool,
  { record, sighting }: Server,
  step: Extract<Step, { kind: "enter" }>,
): void {
  const { journal, clock } = ports;
  const nowMs = clock.nowMs();
  // The seed is gone, and its address was handed out again: two servers behind one address are told apart by nobody.
  const isSeedsAddress = step.phase === "probing" && sighting.vm?.privateIpv4 === config.seed.privateIpv4;
  const { phase, why } = isSeedsAddress
    ? { phase: "failed" as const, why: "it has the seed's address" }
    : step;
  if (phase === "failed") {
    ports.metrics.failed("serverReady");
    const { backOff } = journal.memory();
    if (!isBarred(backOff, nowMs)) journal.remember({ backOff: afterFailedCreate(backOff, nowMs) });
  }
  const { vm } = sighting;
  clones.enter(record.name, phase, {
    why,
    ...(record.vmUuid === undefined && vm !== undefined ? { vmUuid: vm.uuid } : {}),
    ...(phase === "probing" && vm?.privateIpv4 !== undefined
      ? {
          privateIpv4: vm.privateIpv4,
          times: { ...record.times, runningAtMs: record.times.runningAtMs ?? nowMs },
        }
      : {}),
  });
}

function lookForPublicIp(pool: Pool, { record }: Server): void {
  const { config, ports, state } = pool;
  const nowMs = ports.clock.nowMs();
  const isLookedFor = record.phase === "booting" || record.phase === "probing" || record.phase === "serving";
  // The pool kept them when it came, and does no longer.
  const isGivenBack = !config.keepPublicIp && record.publicIps.length > 0;
  if (
    !isLookedFor ||
    (record.publicIp === "settled" && !isGivenBack) ||
    nowMs < (state.publicIpNotBeforeMs.get(record.name) ?? 0)
  )
    return;
  if (!isGivenBack && !mayGetPublicIp(record, nowMs)) {
    pool.clones.update(record.name, (latest) => ({ ...latest, publicIp: "settled" }));
    state.publicIpNotBeforeMs.delete(record.name);
    return;
  }
  if (inCloudLane(pool, record.name, () => settlePublicIp(pool, record.name))) {
    state.publicIpNotBeforeMs.set(record.name, nowMs + paceMs.usual);
  }
}

/** Runs a step beside the tick and writes down when the next one is due, however this one ended. */
function inCloudLane({ clones, lanes, ports }: Pool, name: string, step: () => Promise<StepResult>): boolean {
  const wait = (waitMs: number | undefined, failureCount = 0) =>
    clones.update(name, (record) =>
      waitMs === undefined || record.phase === "gone"
        ? record
        : {
            ...record,
            attemptCount: record.attemptCount + failureCount,
            notBeforeMs: ports.clock.nowMs() + waitMs,
          },
    );
  const paced = async () => {
    try {
      wait(waitAfter(await step()));
    } catch (error) {
      const { phase, attemptCount } = clones.recordOf(name);
      // While a machine is looked for, `attemptCount` counts the looks that were answered.
      wait(waitAfterFailure(attemptCount), phase === "deleting" ? 1 : 0);
      throw error;
    }
  };
  return lanes.start(cloudLane(name), "serverStep", paced);
}

function cloudLane(name: string): string {
  return `cloud:${name}`;
}
