import {
  deletedOnlyWhenOut,
  mayGetPublicIp,
  onlyOwnDeleted,
  type PublicIp,
  type SeenVm,
} from "@autoscaler/scaling-core";
import type { Pool } from "./pool.ts";

const LATE_IP_INTERVAL_MS = 5_000;

/**
 * Removes the machine and its public addresses. Safe to repeat from any point: addresses are in the journal
 * before their release is sent, and what is gone already is success.
 */
export async function deleteServer(pool: Pool, name: string): Promise<void> {
  const { fleet, ports } = pool;
  const { cloud, clock } = ports;
  if (isForbidden(pool, name, deletedOnlyWhenOut(recordOf(pool, name)))) return;

  const vm = await currentVm(pool, name);
  if (vm !== undefined) {
    if (isForbidden(pool, name, onlyOwnDeleted(vm, pool.ownership))) {
      fleet.enter(name, "gone", { why: "its machine has another name now, so it is not ours to delete" });
      return;
    }
    const ips = await noteIps(pool, name, vm.uuid);
    if (ips.length === 0 && mayGetPublicIp(recordOf(pool, name), clock.nowMs())) {
      const notBeforeMs = clock.nowMs() + LATE_IP_INTERVAL_MS;
      fleet.update(name, (record) => ({ ...record, notBeforeMs }));
      return;
    }
    await releaseNotedIps(pool, name);
    await cloud.deleteVm(vm.uuid);
  }
  const { vmUuid } = recordOf(pool, name);
  if (vmUuid !== undefined) await noteIps(pool, name, vmUuid); // one that came while the machine went
  await releaseNotedIps(pool, name);
  fleet.enter(name, "gone", { why: "deleted, its absence is proven" });
}

/** Finds the automatic public address of a young clone; releases it unless the pool keeps them. */
export async function settlePublicIp(pool: Pool, name: string): Promise<void> {
  const { vmUuid } = recordOf(pool, name);
  if (vmUuid === undefined || (await noteIps(pool, name, vmUuid)).length === 0) return;
  if (!pool.config.keepPublicIp) await releaseNotedIps(pool, name);
  pool.fleet.update(name, (record) => ({ ...record, publicIp: "settled" }));
}

async function currentVm({ fleet, ports }: Pool, name: string): Promise<SeenVm | undefined> {
  const server = fleet.get(name);
  if (server?.record.vmUuid !== undefined) return ports.cloud.getVm(server.record.vmUuid);
  if (server?.record.cloneSentAtMs === undefined) return undefined;
  const vm = await ports.cloud.findVmByName(name);
  if (vm !== undefined) fleet.update(name, (record) => ({ ...record, vmUuid: vm.uuid }));
  return vm;
}

async function noteIps({ fleet, ports }: Pool, name: string, vmUuid: string): Promise<readonly PublicIp[]> {
  const ips = await ports.cloud.automaticIpsOf(vmUuid);
  const isNew = (noted: readonly PublicIp[]) => (ip: PublicIp) => !noted.some(({ uuid }) => uuid === ip.uuid);
  fleet.update(name, (record) => {
    const news = ips.filter(isNew(record.publicIps));
    return news.length === 0 ? record : { ...record, publicIps: [...record.publicIps, ...news] };
  });
  return ips;
}

async function releaseNotedIps(pool: Pool, name: string): Promise<void> {
  const { fleet, ports } = pool;
  for (const ip of recordOf(pool, name).publicIps) {
    await ports.cloud.releaseIp(ip);
    fleet.update(name, (record) => ({
      ...record,
      publicIp: "settled",
      publicIps: record.publicIps.filter(({ uuid }) => uuid !== ip.uuid),
    }));
    ports.log.info({ event: "ip.released", server: name, address: ip.address }, "public address released");
  }
}

function isForbidden({ ports }: Pool, name: string, violations: ReturnType<typeof onlyOwnDeleted>): boolean {
  if (violations.length === 0) return false;
  ports.metrics.violated(violations);
  ports.log.error(
    { event: "invariant.violated", server: name, violations },
    "a deletion was forbidden by an invariant",
  );
  return true;
}

function recordOf({ fleet }: Pool, name: string) {
  const server = fleet.get(name);
  if (server === undefined) throw new Error(`no server ${name} in the journal`);
  return server.record;
}
