import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { owns, type Tenant, userIdOf } from "../state/accounts.ts";
import type { CloudContext } from "../state/context.ts";
import { messageFailure } from "../state/failures.ts";
import type { DiskRecord, VmRecord } from "../state/records.ts";
import { rawBodyOf } from "./bodies.ts";
import { readVmParameters, type VmParameters } from "./call-parameters.ts";
import { GUEST_LIMITS } from "./host-pools.ts";
import { checkSize } from "./vms/order.ts";

/** No source records which storage pool a disk is in. */
const STORAGE_POOL = "00000000-0000-4000-8000-000000000001";

/** Forms only: a JSON body is not parsed, so that every field counts as missing. */
export function diskRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const { world, settings } = ctx;
  const collection = "/storage/disks";

  app.get(collection, { config: { operation: "listDisks" } }, async ({ tenant }) => {
    const boot = [...world.vms.values()].filter((vm) => vm.phase === "ready").map(bootDiskOf);
    return [...boot, ...world.disks.values()]
      .filter((disk) => owns(tenant, disk))
      .map((disk) => view(ctx, disk));
  });

  app.post(collection, { config: { operation: "createDisk" } }, async ({ body, tenant }, reply) => {
    const raw = rawBodyOf(body);
    const form = readVmParameters({}, raw.kind === "form" ? raw : { kind: "none", text: "" }, settings);
    const disk = orderedDisk(form, tenant, ctx.clock.nowMs());
    world.disks.set(disk.uuid, disk);
    await world.save();
    return reply.code(settings.createdStatus).send(view(ctx, disk));
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

/** A VM's own disk as the list of disks shows it: made from an image, without a name. */
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

/** @throws {CloudFailure} 400 with every field that is wrong, 403 for another owner's billing account. */
function orderedDisk(form: VmParameters, { owner, location }: Tenant, nowMs: number): DiskRecord {
  const sizeGb = form.requiredInteger("size_gb");
  checkSize(form, "size_gb", sizeGb, { min: 1, max: GUEST_LIMITS.diskGb.max });
  const sourceType = form.text("source_image_type") ?? "EMPTY";
  if (sourceType !== "EMPTY") form.refuse("source_image_type", "The local cloud makes empty disks only");
  const name = form.text("display_name");
  const payer = form.integer("billing_account_id");
  form.check();
  if (payer !== undefined && payer !== owner) throw messageFailure(403, "Billing account is not accessible.");
  return {
    uuid: randomUUID(),
    owner,
    location,
    sizeGb,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    ...(name === undefined ? {} : { name }),
  };
}

function view({ accounts }: CloudContext, disk: DiskRecord) {
  return {
    uuid: disk.uuid,
    status: "Active",
    user_id: userIdOf(accounts, disk.owner),
    billing_account_id: disk.owner,
    size_gb: disk.sizeGb,
    source_image_type: disk.sourceImage === undefined ? "EMPTY" : "OS_BASE",
    ...(disk.sourceImage === undefined ? {} : { source_image: disk.sourceImage }),
    ...(disk.name === undefined ? {} : { display_name: disk.name }),
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
