import { isOwnClone, type SeenVm, type ServerRecord } from "@autoscaler/scaling-core";
import type { CloudReading } from "./observe.ts";
import { paceMs } from "./pace.ts";
import { backendUrl, desiredSizeOf, type Pool } from "./pool.ts";

/**
 * Takes over machines that carry the pool's name and that no living record knows: an unknown one joins the
 * pool, one that was given up and appeared late is undone. Other machines are not looked at.
 */
export function adoptOrphans(pool: Pool, { vms }: CloudReading): void {
  const live = pool.clones.live().map(({ record }) => record);
  const knownUuids = new Set(live.map(({ vmUuid }) => vmUuid));
  const looking = new Set(live.filter(({ vmUuid }) => vmUuid === undefined).map(({ name }) => name));
  const gone = pool.clones.gone();

  for (const vm of vms) {
    if (!isOwnClone(vm, pool.ownership) || knownUuids.has(vm.uuid) || vm.status === "Deleted") continue;
    if (looking.has(vm.name)) continue; // its record finds it by its name
    const past = gone.find(
      ({ vmUuid, name }) => vmUuid === vm.uuid || (vmUuid === undefined && name === vm.name),
    );
    if (past !== undefined) undo(pool, past, vm);
    else if (pool.clones.get(vm.name) !== undefined) removeDouble(pool, vm);
    else adopt(pool, vm);
  }
}

function undo({ clones, ports }: Pool, past: ServerRecord, vm: SeenVm): void {
  const goneForMs = ports.clock.nowMs() - past.phaseSinceMs;
  if (past.vmUuid !== undefined && goneForMs < paceMs.listShowsDeleted) return;
  clones.enter(past.name, "deleting", {
    why: "its machine is there although it was given up",
    vmUuid: vm.uuid,
    publicIpSinceMs: ports.clock.nowMs(), // it is young: its public address may still come
  });
}

/** The cloud made two machines of one request: names are not unique there. */
function removeDouble({ clones, ports }: Pool, vm: SeenVm): void {
  const name = `${vm.name}+${vm.uuid.slice(0, 8)}`;
  if (clones.get(name) !== undefined) return;
  ports.metrics.failed("untrackedMachine");
  clones.add({
    ...adopted(vm, ports.clock.nowMs()),
    name,
    phase: "deleting",
    why: "a second machine of the same name",
  });
}

function adopt(pool: Pool, vm: SeenVm): void {
  const { clones, ports, state, config } = pool;
  const nowMs = ports.clock.nowMs();
  const { privateIpv4 = config.seed.privateIpv4 } = vm;
  const isServed =
    privateIpv4 !== config.seed.privateIpv4 &&
    state.lastStatus?.status.backends.some(
      ({ url, served }) => served && url === backendUrl(config, privateIpv4),
    ) === true;
  const record = adopted(vm, nowMs);
  // What gets traffic already is not taken out of it only to be put back: its probes will tell.
  clones.add(
    isServed
      ? { ...record, phase: "serving", privateIpv4, publishedAtMs: nowMs, inServiceSinceMs: nowMs }
      : record,
  );
  ports.metrics.failed("untrackedMachine");
  ports.log.warn(
    { event: "server.adopted", server: vm.name, vmUuid: vm.uuid, desiredSize: desiredSizeOf(pool) },
    "adopted a machine",
  );
}

function adopted(vm: SeenVm, nowMs: number): ServerRecord {
  return {
    name: vm.name,
    phase: "booting",
    phaseSinceMs: nowMs,
    why: "adopted: it carries the pool's name",
    vmUuid: vm.uuid,
    cloneSentAtMs: nowMs,
    publicIp: "looking",
    publicIps: [],
    attemptCount: 0,
    times: {},
  };
}
