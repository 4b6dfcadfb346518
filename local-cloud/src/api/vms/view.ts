import { userIdOf } from "../../state/accounts.ts";
import { cloudTime } from "../../state/cloud-time.ts";
import type { CloudContext } from "../../state/context.ts";
import type { VmRecord } from "../../state/records.ts";
import { poolsOf } from "../host-pools.ts";

const STATUS_OF_PHASE: Readonly<Partial<Record<VmRecord["phase"], string>>> = {
  creating: "installing",
  deleted: "Deleted",
};

/** The VM object. It holds neither the public address nor the network (docs/api-facts.md#vms). */
export function viewVm({ accounts }: CloudContext, vm: VmRecord) {
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
        replica: [],
        user_id: userId,
        created_at: `${cloudTime(vm.createdAtMs)}.000000`,
      },
    ],
  };
}
