import type { Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { lockedVm } from "../../state/failures.ts";
import { leaveFirewalls } from "../../state/firewall-table.ts";
import type { VmRecord } from "../../state/records.ts";
import type { VmParameters } from "../call-parameters.ts";
import { bootDiskOf } from "../disks.ts";
import { freed } from "../ip-records.ts";
import { findVm } from "./find-vm.ts";

/** Removes the machine, running or not. Its public address stays allocated and billed, now unassigned. */
export async function deleteVm(ctx: CloudContext, tenant: Tenant, parameters: VmParameters): Promise<void> {
  const uuid = parameters.required("uuid");
  parameters.check();
  findVm(ctx, tenant, uuid);
  await ctx.locks.exclusively(uuid, async () => {
    const vm = findVm(ctx, tenant, uuid);
    if (vm.phase !== "ready") throw lockedVm(uuid);
    await ctx.block("deleteVm");
    await removeVm(ctx, vm);
  });
}

/** Also completes a delete that a killed server had begun. */
export async function removeVm(ctx: CloudContext, vm: VmRecord): Promise<void> {
  const { world, clock, driver, settings } = ctx;
  world.vms.set(vm.uuid, { ...vm, phase: "deleting" });
  await world.save();
  await ctx.applyPublicAddresses();
  try {
    await driver.remove(vm.uuid);
  } catch (error) {
    world.vms.set(vm.uuid, { ...vm, phase: "ready" });
    await world.save();
    await ctx.applyPublicAddresses();
    throw error;
  }
  const nowMs = clock.nowMs();
  world.vms.set(vm.uuid, { ...vm, phase: "deleted", deletedAtMs: nowMs });
  for (const ip of world.ips.values()) {
    if (ip.assignedTo !== vm.uuid) continue;
    const left = freed(ip, nowMs);
    const isKept = settings.addressOfDeletedVm === "kept";
    world.ips.set(ip.uuid, isKept ? left : { ...left, deletedAtMs: nowMs });
  }
  if (settings.bootDiskOfDeletedVm === "kept")
    world.disks.set(vm.storageUuid, { ...bootDiskOf(vm), updatedAtMs: nowMs });
  leaveFirewalls(world, vm.uuid);
  await world.save();
  await ctx.applyFirewalls();
}
