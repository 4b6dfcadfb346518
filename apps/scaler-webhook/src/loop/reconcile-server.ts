import {
  afterFailedCreate,
  isBarred,
  mayGetPublicIp,
  nextStep,
  type PoolGuards,
  type Server,
  type Step,
} from "@autoscaler/scaling-core";
import { cloneServer, inspectServer, lookUpServer, startServer } from "./create-server.ts";
import { deleteServer, settlePublicIp } from "./delete-server.ts";
import type { Pool } from "./pool.ts";
import { probeUntilReady } from "./probe-server.ts";

const cloudSteps = {
  clone: cloneServer,
  "look-up": lookUpServer,
  inspect: inspectServer,
  start: startServer,
  delete: deleteServer,
};

const PUBLIC_IP_LOOK_MS = 5_000;

/** Takes one server one step forward. Calls that may block run in the server's lane; this returns at once. */
export function reconcileServer(pool: Pool, server: Server, guards: PoolGuards): void {
  const { fleet, lanes, limits, ports } = pool;
  const { name } = server.record;
  // While a clone is being sent its outcome is not lost, only open.
  if (server.record.phase === "creating" && lanes.isBusy(cloudLane(name))) return;

  const step = nextStep(server, ports.clock.nowMs(), limits, guards);
  switch (step.kind) {
    case "wait":
      break;
    case "enter":
      enter(pool, server, step);
      break;
    case "probe":
      lanes.start(`probe:${name}`, () => probeUntilReady(pool, name));
      break;
    default:
      inCloudLane(pool, name, () => cloudSteps[step.kind](pool, name));
  }
  const latest = fleet.get(name);
  if (latest !== undefined) lookForPublicIp(pool, latest);
}

function enter(
  { fleet, ports }: Pool,
  { record, sighting }: Server,
  { phase, why }: Extract<Step, { kind: "enter" }>,
): void {
  const { journal, clock } = ports;
  const nowMs = clock.nowMs();
  if (phase === "failed") {
    ports.metrics.failed("serverReady");
    const { backOff } = journal.memory();
    if (!isBarred(backOff, nowMs)) journal.remember({ backOff: afterFailedCreate(backOff, nowMs) });
  }
  const { vm } = sighting;
  fleet.enter(record.name, phase, {
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
  const { ports, state } = pool;
  const nowMs = ports.clock.nowMs();
  const isLookedFor = record.phase === "booting" || record.phase === "probing" || record.phase === "serving";
  if (
    !isLookedFor ||
    record.publicIp === "settled" ||
    nowMs < (state.publicIpNotBeforeMs.get(record.name) ?? 0)
  )
    return;
  if (!mayGetPublicIp(record, nowMs)) {
    pool.fleet.update(record.name, (latest) => ({ ...latest, publicIp: "settled" }));
    state.publicIpNotBeforeMs.delete(record.name);
    return;
  }
  if (inCloudLane(pool, record.name, () => settlePublicIp(pool, record.name))) {
    state.publicIpNotBeforeMs.set(record.name, nowMs + PUBLIC_IP_LOOK_MS);
  }
}

const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

function inCloudLane({ fleet, lanes, ports }: Pool, name: string, work: () => Promise<void>): boolean {
  return lanes.start(cloudLane(name), async () => {
    try {
      await work();
    } catch (error) {
      ports.metrics.failed("serverStep");
      fleet.update(name, (record) => ({
        ...record,
        attemptCount: record.attemptCount + (record.phase === "deleting" ? 1 : 0),
        notBeforeMs:
          ports.clock.nowMs() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** Math.min(record.attemptCount, 5)),
      }));
      throw error;
    }
  });
}

function cloudLane(name: string): string {
  return `cloud:${name}`;
}
