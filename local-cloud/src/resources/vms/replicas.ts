import type { Tenant } from "../../server/accounts.ts";
import { owns, userIdOf } from "../../server/accounts.ts";
import type { CloudContext } from "../../server/context.ts";
import { vmRefusal } from "../../server/failures.ts";
import type { ReplicaRecord } from "../../server/records.ts";
import type { VmParameters } from "../../server/vm-parameters.ts";
import { changeVm } from "./change.ts";
import { findVm } from "./find-vm.ts";
import { replicasOf, viewReplica, viewVm } from "./view.ts";

/** Snapshots only: nothing here makes backups by itself, so that list is empty. */
export async function listReplicas(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const uuid = parameters.required("uuid");
  const type = parameters.text("r_type") ?? "snapshot";
  parameters.check();
  const vm = findVm(ctx, tenant, uuid);
  return type === "snapshot" ? replicasOf(ctx.world, vm).map(viewReplica) : [];
}

/** A snapshot of the boot disk, running or not. Answers the storage row with all its replicas. */
export async function createReplica(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const uuid = parameters.required("uuid");
  parameters.check();
  const vm = await changeVm(ctx, tenant, uuid, async ({ storageUuid, diskGb, owner, location }) => {
    const createdAtMs = ctx.clock.nowMs();
    const replica: ReplicaRecord = {
      uuid: `${storageUuid}-${createdAtMs}`,
      owner,
      location,
      vmUuid: uuid,
      diskUuid: storageUuid,
      sizeGb: diskGb,
      createdAtMs,
    };
    if (ctx.world.replicas.has(replica.uuid)) throw vmRefusal("A replica is being made already.");
    await ctx.driver.snapshot(uuid, replica.uuid);
    ctx.world.replicas.set(replica.uuid, replica);
    return {};
  });
  const [row] = viewVm(ctx, vm).storage;
  return { ...row, user_id: userIdOf(ctx.accounts, vm.owner) };
}

export async function deleteReplica(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const replicaUuid = parameters.required("replica_uuid");
  parameters.check();
  const { uuid } = findReplica(ctx, tenant, replicaUuid);
  ctx.world.replicas.delete(uuid);
  await ctx.world.save();
  await ctx.driver.removeSnapshot(uuid);
  return { success: true };
}

/** @throws {CloudFailure} 400; the words are a guess, after those for a VM. */
export function findReplica({ world }: CloudContext, tenant: Tenant, uuid: string): ReplicaRecord {
  const replica = world.replicas.get(uuid);
  if (replica === undefined || !owns(tenant, replica)) throw vmRefusal(`No such replica exists. ${uuid}`);
  return replica;
}
