import { deletedOnlyWhenOut, mayGetPublicIp, onlyOwnDeleted, type SeenVm } from "@autoscaler/scaling-core";
import type { StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";
import { reportViolations } from "../violations.ts";
import { noteIps, releaseNotedIps } from "./public-ip.ts";

/**
 * Removes the machine and its public addresses. Safe to repeat from any point: addresses are in the journal
 * before their release is sent, and what is gone already is success.
 */
export async function deleteServer(pool: Pool, name: string): Promise<StepResult> {
  const { clones, ports } = pool;
  const { cloud, clock } = ports;
  const vm = await currentVm(pool, name);
  if (vm !== undefined) {
    if (reportViolations(pool, name, deletedOnlyWhenOut(clones.recordOf(name)))) return "again";
    if (reportViolations(pool, name, onlyOwnDeleted(vm, pool.ownership))) {
      clones.enter(name, "gone", { why: "its machine has another name now, so it is not ours to delete" });
      return "moved";
    }
    const ips = await noteIps(pool, name, vm.uuid);
    if (ips.length === 0 && mayGetPublicIp(clones.recordOf(name), clock.nowMs())) return "again";
    await releaseNotedIps(pool, name);
    await cloud.deleteVm(vm.uuid);
  }
  const { vmUuid } = clones.recordOf(name);
  if (vmUuid !== undefined) await noteIps(pool, name, vmUuid); // one that came while the machine went
  await releaseNotedIps(pool, name);
  clones.enter(name, "gone", { why: "deleted, its absence is proven" });
  return "moved";
}

async function currentVm({ clones, ports }: Pool, name: string): Promise<SeenVm | undefined> {
  const { vmUuid, cloneSentAtMs } = clones.recordOf(name);
  if (vmUuid !== undefined) return ports.cloud.getVm(vmUuid);
  if (cloneSentAtMs === undefined) return undefined;
  const vm = await ports.cloud.findVmByName(name);
  if (vm !== undefined) clones.update(name, (record) => ({ ...record, vmUuid: vm.uuid }));
  return vm;
}
