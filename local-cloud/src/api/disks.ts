import type { FastifyInstance } from "fastify";
import { owns, userIdOf } from "../state/accounts.ts";
import type { CloudContext } from "../state/context.ts";
import { messageFailure } from "../state/failures.ts";
import type { DiskRecord, VmRecord } from "../state/records.ts";

/** No source records which storage pool a disk is in. */
const STORAGE_POOL = "00000000-0000-4000-8000-000000000001";

export function diskRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const { world } = ctx;
  const collection = "/storage/disks";

  app.get(collection, { config: { operation: "listDisks" } }, async ({ tenant }) => {
    const boot = [...world.vms.values()].filter((vm) => vm.phase === "ready").map(bootDiskOf);
    return [...boot, ...world.disks.values()]
      .filter((disk) => owns(tenant, disk))
      .map((disk) => view(ctx, disk));
  });

  app.delete<{ Params: { readonly disk_uuid: string } }>(
    `${collection}/:disk_uuid`,
    { config: { operation: "deleteDisk" } },
    async ({ tenant, params }, reply) => {
      const disk = world.disks.get(params.disk_uuid);
      if (disk === undefined || !owns(tenant, disk)) throw messageFailure(404, "Disk not found");
      world.disks.delete(disk.uuid);
      await world.save();
      return reply.code(204).send();
    },
  );
}

/** A VM's own disk as the list of disks shows it: made from an image, without a name. None but these are made here. */
export function bootDiskOf(vm: VmRecord): DiskRecord {
  return {
    uuid: vm.storageUuid,
    owner: vm.owner,
    location: vm.location,
    sizeGb: vm.diskGb,
    sourceImage: `${vm.osName}_${vm.osVersion}`,
    createdAtMs: vm.createdAtMs,
    updatedAtMs: vm.updatedAtMs ?? vm.createdAtMs,
  };
}

function view({ accounts }: CloudContext, disk: DiskRecord) {
  return {
    uuid: disk.uuid,
    status: "Active",
    user_id: userIdOf(accounts, disk.owner),
    billing_account_id: disk.owner,
    size_gb: disk.sizeGb,
    source_image_type: "OS_BASE",
    source_image: disk.sourceImage,
    read_only_bootable: false,
    snapshots: [],
    storage_pool_uuid: STORAGE_POOL,
    created_at: diskTime(disk.createdAtMs),
    updated_at: diskTime(disk.updatedAtMs),
  };
}

/** Disks have their own format of time stamps (docs/api-facts.md#time-stamps). */
function diskTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "+0000");
}
