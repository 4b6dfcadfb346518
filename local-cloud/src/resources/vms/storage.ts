import { randomUUID } from "node:crypto";
import { type Tenant, userIdOf } from "../../server/accounts.ts";
import type { CloudContext } from "../../server/context.ts";
import { vmRefusal } from "../../server/failures.ts";
import type { DiskRecord } from "../../server/records.ts";
import type { VmParameters } from "../../server/vm-parameters.ts";
import { findDisk } from "../disk-records.ts";
import { GUEST_LIMITS } from "../host-pools.ts";
import { changeVm } from "./change.ts";
import { checkSize } from "./order.ts";
import { disksOf, viewVm, viewVolume } from "./view.ts";

const DISK_SIZE_GB = { min: 1, max: GUEST_LIMITS.diskGb.max };

/** A new disk for a VM. */
export async function addVmStorage(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const { uuid, sizeGb } = sized(parameters);
  parameters.check();
  const nowMs = ctx.clock.nowMs();
  const { owner, location } = tenant;
  const disk: DiskRecord = {
    uuid: randomUUID(),
    owner,
    location,
    sizeGb,
    sourceType: "EMPTY",
    readOnlyBootable: false,
    vmUuid: uuid,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  await changeVm(ctx, tenant, uuid, async () => {
    ctx.world.disks.set(disk.uuid, disk);
    return {};
  });
  return rowOf(ctx, disk);
}

/** Disks only grow; the boot disk too. */
export async function growVmStorage(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const { uuid, sizeGb } = sized(parameters);
  const diskUuid = parameters.required("disk_uuid");
  parameters.check();
  const vm = await changeVm(ctx, tenant, uuid, async ({ storageUuid, diskGb }) => {
    const disk = diskUuid === storageUuid ? undefined : attachedDisk(ctx, tenant, uuid, diskUuid);
    if (sizeGb <= (disk?.sizeGb ?? diskGb)) throw vmRefusal("Disk size can only be increased.");
    if (disk === undefined) return { diskGb: sizeGb };
    ctx.world.disks.set(disk.uuid, { ...disk, sizeGb, updatedAtMs: ctx.clock.nowMs() });
    return {};
  });
  const row = viewVm(ctx, vm).storage.find((each) => each.uuid === diskUuid);
  return row ?? {};
}

/** Removes a disk that is attached; never the boot disk. */
export async function deleteVmStorage(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const { uuid, storageUuid } = references(parameters);
  await changeVm(ctx, tenant, uuid, async (vm) => {
    if (vm.storageUuid === storageUuid) throw vmRefusal("Primary storage cannot be deleted.");
    const { vmUuid: _, ...disk } = attachedDisk(ctx, tenant, uuid, storageUuid);
    ctx.world.disks.set(disk.uuid, { ...disk, deletedAtMs: ctx.clock.nowMs() });
    return {};
  });
  return { success: true };
}

export async function attachDisk(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const { uuid, storageUuid } = references(parameters);
  await changeVm(ctx, tenant, uuid, async () => {
    const disk = findDisk(ctx, tenant, storageUuid);
    if (disk.vmUuid !== undefined) throw vmRefusal("Disk is already attached.");
    ctx.world.disks.set(disk.uuid, { ...disk, vmUuid: uuid, updatedAtMs: ctx.clock.nowMs() });
    return {};
  });
  return rowOf(ctx, findDisk(ctx, tenant, storageUuid));
}

export async function detachDisk(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const { uuid, storageUuid } = references(parameters);
  await changeVm(ctx, tenant, uuid, async (vm) => {
    if (vm.storageUuid === storageUuid) throw vmRefusal("Primary storage cannot be detached.");
    const { vmUuid: _, ...disk } = attachedDisk(ctx, tenant, uuid, storageUuid);
    ctx.world.disks.set(disk.uuid, { ...disk, updatedAtMs: ctx.clock.nowMs() });
    return {};
  });
  return { success: true };
}

function sized(parameters: VmParameters): { readonly uuid: string; readonly sizeGb: number } {
  const uuid = parameters.required("uuid");
  const sizeGb = parameters.requiredInteger("size_gb");
  checkSize(parameters, "size_gb", sizeGb, DISK_SIZE_GB);
  return { uuid, sizeGb };
}

function references(parameters: VmParameters): { readonly uuid: string; readonly storageUuid: string } {
  const uuid = parameters.required("uuid");
  const storageUuid = parameters.required("storage_uuid");
  parameters.check();
  return { uuid, storageUuid };
}

/** @throws {CloudFailure} 404 for an unknown disk, 400 for one that is not this VM's. */
function attachedDisk(ctx: CloudContext, tenant: Tenant, vmUuid: string, uuid: string): DiskRecord {
  const disk = findDisk(ctx, tenant, uuid);
  if (disk.vmUuid !== vmUuid) throw vmRefusal("Disk is not attached to the virtual machine.");
  return disk;
}

function rowOf({ world, accounts }: CloudContext, disk: DiskRecord) {
  const vm = disk.vmUuid === undefined ? undefined : world.vms.get(disk.vmUuid);
  const index = vm === undefined ? 0 : disksOf(world, vm).findIndex(({ uuid }) => uuid === disk.uuid);
  return viewVolume(disk, Math.max(0, index), userIdOf(accounts, disk.owner));
}
