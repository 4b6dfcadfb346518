import { userIdOf } from "../../server/accounts.ts";
import { cloudTime } from "../../server/cloud-time.ts";
import type { CloudContext } from "../../server/context.ts";
import type { DiskRecord, ReplicaRecord, VmRecord } from "../../server/records.ts";
import type { World } from "../../server/world.ts";
import { poolsOf } from "../host-pools.ts";

const STATUS_OF_PHASE: Readonly<Partial<Record<VmRecord["phase"], string>>> = {
  creating: "installing",
  deleted: "Deleted",
};

/** The VM object. It never has the public address nor the network (section 1, fact 4). */
export function viewVm({ accounts, world }: CloudContext, vm: VmRecord) {
  const userId = userIdOf(accounts, vm.owner);
  const pool = poolsOf(vm.location).find(({ uuid }) => uuid === vm.poolUuid);
  return {
    uuid: vm.uuid,
    name: vm.name,
    hostname: vm.name,
    description: vm.description,
    status: STATUS_OF_PHASE[vm.phase] ?? vm.status,
    vcpu: vm.vcpu,
    memory: vm.memoryMib,
    os_name: vm.osName,
    os_version: vm.osVersion,
    username: vm.username,
    private_ipv4: vm.privateIpv4,
    mac: vm.mac,
    billing_account: vm.owner,
    user_id: userId,
    backup: vm.backup,
    designated_pool_uuid: vm.poolUuid,
    designated_pool_name: pool?.name ?? null,
    created_at: cloudTime(vm.createdAtMs),
    updated_at: vm.updatedAtMs === undefined ? null : cloudTime(vm.updatedAtMs),
    storage: [
      {
        uuid: vm.storageUuid,
        name: "vda",
        primary: true,
        size: vm.diskGb,
        pool: "n/a",
        type: "n/a",
        shared: false,
        replica: replicasOf(world, vm).map(viewReplica),
        user_id: userId,
        created_at: `${cloudTime(vm.createdAtMs)}.000000`,
      },
      ...disksOf(world, vm).map((disk, index) => viewVolume(disk, index, userId)),
    ],
  };
}

/** Disks attached to a VM besides its boot disk, oldest first. */
export function disksOf({ disks }: World, { uuid }: VmRecord): readonly DiskRecord[] {
  return [...disks.values()].filter(
    ({ vmUuid, deletedAtMs }) => vmUuid === uuid && deletedAtMs === undefined,
  );
}

/** The storage row of an attached disk. */
export function viewVolume(disk: DiskRecord, index: number, userId: number) {
  return {
    uuid: disk.uuid,
    name: `vd${String.fromCharCode("b".charCodeAt(0) + index)}`,
    primary: false,
    size: disk.sizeGb,
    pool: "n/a",
    type: "n/a",
    shared: false,
    replica: [],
    user_id: userId,
    created_at: `${cloudTime(disk.createdAtMs)}.000000`,
  };
}

export function replicasOf({ replicas }: World, { uuid }: VmRecord): readonly ReplicaRecord[] {
  return [...replicas.values()].filter(({ vmUuid }) => vmUuid === uuid);
}

export function viewReplica({ uuid, diskUuid, sizeGb, createdAtMs }: ReplicaRecord) {
  return {
    uuid,
    type: "snapshot",
    size: sizeGb,
    master_uuid: diskUuid,
    pool: "n/a",
    created_at: `${cloudTime(createdAtMs)}.000000`,
    updated_at: null,
  };
}
