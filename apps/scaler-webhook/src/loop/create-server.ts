import { afterFailedCreate, isBarred, type SeenVm } from "@autoscaler/scaling-core";
import type { Pool } from "./pool.ts";

const BUSY_RETRY_MS = 5_000;
const LOOK_UP_INTERVAL_MS = 5_000;
const INSPECT_INTERVAL_MS = 3_000;

/**
 * Sends the clone, once. The record says so before the call: a crash in between leaves a record that looks
 * for its machine by name, never a machine without a record.
 */
export async function cloneServer(pool: Pool, name: string): Promise<void> {
  const { fleet, ports } = pool;
  const { clock, cloud, journal, log, metrics } = ports;
  fleet.enter(name, "creating", { why: "the clone is being sent", cloneSentAtMs: clock.nowMs() });
  fleet.update(name, (record) => ({ ...record, times: { ...record.times, cloneSentAtMs: clock.nowMs() } }));

  const result = await cloud.cloneSeed(name);

  switch (result.kind) {
    case "created":
      found(pool, name, result.vm, "the cloud made it");
      return;
    case "busy":
      fleet.enter(name, "planned", {
        why: "the seed is locked by another call",
        notBeforeMs: clock.nowMs() + BUSY_RETRY_MS,
      });
      return;
    case "refused": {
      metrics.failed("cloneSeed");
      const { backOff } = journal.memory();
      const next = isBarred(backOff, clock.nowMs()) ? backOff : afterFailedCreate(backOff, clock.nowMs());
      journal.remember({ backOff: next });
      log.warn(
        { event: "clone.refused", server: name, why: result.why, failureCount: next.failureCount },
        "clone refused",
      );
      fleet.enter(name, "planned", { why: "the cloud refused the clone" });
      return;
    }
    case "unknown":
      metrics.failed("cloneSeed");
      log.warn(
        { event: "clone.answer_lost", server: name, why: result.why },
        "the clone's outcome is unknown",
      );
      fleet.enter(name, "creating", { why: "the clone's answer got lost, its machine is looked for" });
  }
}

/** Looks for the machine of a clone whose answer got lost. */
export async function lookUpServer(pool: Pool, name: string): Promise<void> {
  const vm = await pool.ports.cloud.findVmByName(name);
  if (vm !== undefined) {
    found(pool, name, vm, "found by its name");
    return;
  }
  const notBeforeMs = pool.ports.clock.nowMs() + LOOK_UP_INTERVAL_MS;
  pool.fleet.update(name, (record) => ({ ...record, attemptCount: record.attemptCount + 1, notBeforeMs }));
}

/** Asks the authority on one machine: a list lags, and its rows may lack fields. */
export async function inspectServer({ fleet, ports }: Pool, name: string): Promise<void> {
  const vmUuid = fleet.get(name)?.record.vmUuid;
  if (vmUuid === undefined) return;
  const vm = await ports.cloud.getVm(vmUuid);
  fleet.see(name, vm === undefined ? { isProvenAbsent: true } : { vm, absentReadCount: 0 });
  const notBeforeMs = ports.clock.nowMs() + INSPECT_INTERVAL_MS;
  fleet.update(name, (record) => ({ ...record, notBeforeMs }));
}

export async function startServer({ fleet, ports }: Pool, name: string): Promise<void> {
  const vmUuid = fleet.get(name)?.record.vmUuid;
  if (vmUuid === undefined) return;
  await ports.cloud.startVm(vmUuid);
  const vm = await ports.cloud.getVm(vmUuid);
  if (vm !== undefined) fleet.see(name, { vm });
}

function found({ fleet, ports }: Pool, name: string, vm: SeenVm, why: string): void {
  fleet.see(name, { vm, absentReadCount: 0 });
  fleet.enter(name, "booting", { why, vmUuid: vm.uuid });
  ports.log.debug({ event: "server.found", server: name, status: vm.status }, "the cloud has the machine");
}
