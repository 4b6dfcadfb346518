import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { owns, type Tenant, userIdOf } from "../server/accounts.ts";
import { type Parameters, rawBodyOf } from "../server/bodies.ts";
import type { CloudContext } from "../server/context.ts";
import { messageFailure } from "../server/failures.ts";
import type { DiskRecord, VmRecord } from "../server/records.ts";
import { readVmParameters, type VmParameters } from "../server/vm-parameters.ts";
import { findDisk } from "./disk-records.ts";
import { GUEST_LIMITS } from "./host-pools.ts";
import { checkSize } from "./vms/order.ts";

interface ItemRoute {
  Params: { readonly disk_uuid: string };
}

const SOURCES = ["EMPTY", "OS_BASE", "DISK", "SNAPSHOT"] as const;
/** Which pool a disk lies in is not known of any location. */
const STORAGE_POOL = "00000000-0000-4000-8000-000000000001";

/** Section 5 of the API reference. Forms only: a JSON body is not parsed, and then something is missing in it. */
export function diskRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const { world, clock, settings } = ctx;
  const collection = "/storage/disks";
  const item = `${collection}/:disk_uuid`;

  async function put(disk: DiskRecord): Promise<DiskRecord> {
    world.disks.set(disk.uuid, disk);
    await world.save();
    return disk;
  }

  app.get<{ Querystring: Parameters }>(
    collection,
    { config: { operation: "listDisks" } },
    async ({ tenant, query }) => {
      const boot = [...world.vms.values()].filter((vm) => owns(tenant, vm) && vm.phase === "ready");
      const disks = [...world.disks.values()].filter(
        (disk) => owns(tenant, disk) && disk.deletedAtMs === undefined,
      );
      const onlyReadOnly = query["read_only_bootable"] === "true";
      return [
        ...(onlyReadOnly ? [] : boot.map((vm) => viewBootDisk(ctx, vm))),
        ...disks
          .filter(({ readOnlyBootable }) => !onlyReadOnly || readOnlyBootable)
          .map((disk) => view(ctx, disk)),
      ];
    },
  );

  app.post(collection, { config: { operation: "createDisk" } }, async (request, reply) => {
    const { tenant } = request;
    const parameters = formOf(request.body, ctx);
    const sizeGb = parameters.requiredInteger("size_gb");
    checkSize(parameters, "size_gb", sizeGb, { min: 1, max: GUEST_LIMITS.diskGb.max });
    const given = parameters.text("source_image_type") ?? "EMPTY";
    const sourceType = SOURCES.find((source) => source === given);
    if (sourceType === undefined)
      parameters.refuse("source_image_type", `value must be one from the list [${SOURCES.join(", ")}]`);
    const [name, sourceImage] = [parameters.text("display_name"), parameters.text("source_image")];
    checkPayer(parameters, tenant);
    const nowMs = clock.nowMs();
    const { owner, location } = tenant;
    const disk: DiskRecord = {
      uuid: randomUUID(),
      owner,
      location,
      sizeGb,
      sourceType: sourceType ?? "EMPTY",
      readOnlyBootable: false,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      ...(name === undefined ? {} : { name }),
      ...(sourceImage === undefined ? {} : { sourceImage }),
    };
    return reply.code(settings.createdStatus).send(view(ctx, await put(disk)));
  });

  app.get<ItemRoute>(item, { config: { operation: "getDisk" } }, async ({ tenant, params }) => {
    const disk = world.disks.get(params.disk_uuid);
    const isTombstone =
      disk?.deletedAtMs !== undefined && clock.nowMs() < disk.deletedAtMs + settings.tombstoneMs;
    if (disk !== undefined && isTombstone && owns(tenant, disk)) return view(ctx, disk);
    const vm = [...world.vms.values()].find(
      ({ storageUuid, phase }) => storageUuid === params.disk_uuid && phase === "ready",
    );
    if (vm !== undefined && owns(tenant, vm)) return viewBootDisk(ctx, vm);
    return view(ctx, findDisk(ctx, tenant, params.disk_uuid));
  });

  app.patch<ItemRoute>(item, { config: { operation: "updateDisk" } }, async (request) => {
    const { tenant, params } = request;
    const parameters = formOf(request.body, ctx);
    const name = parameters.text("display_name");
    const disk = findDisk(ctx, tenant, params.disk_uuid);
    const readOnlyBootable = parameters.boolean("read_only_bootable", disk.readOnlyBootable);
    checkPayer(parameters, tenant);
    const changed = { ...disk, readOnlyBootable, ...(name === undefined ? {} : { name }) };
    return view(ctx, await put({ ...changed, updatedAtMs: clock.nowMs() }));
  });

  app.delete<ItemRoute>(item, { config: { operation: "deleteDisk" } }, async ({ tenant, params }, reply) => {
    const disk = findDisk(ctx, tenant, params.disk_uuid);
    if (disk.vmUuid !== undefined) throw messageFailure(400, "Disk is attached and cannot be deleted");
    await put({ ...disk, deletedAtMs: clock.nowMs() });
    return reply.code(204).send();
  });
}

function formOf(body: unknown, { settings }: CloudContext): VmParameters {
  const raw = rawBodyOf(body);
  return readVmParameters({}, raw.kind === "form" ? raw : { kind: "none", text: "" }, settings);
}

function checkPayer(parameters: VmParameters, { owner }: Tenant): void {
  const payer = parameters.integer("billing_account_id");
  parameters.check();
  if (payer !== undefined && payer !== owner) throw messageFailure(403, "Billing account is not accessible.");
}

function view({ accounts }: CloudContext, disk: DiskRecord) {
  return {
    uuid: disk.uuid,
    status: disk.deletedAtMs === undefined ? "Active" : "Deleted",
    user_id: userIdOf(accounts, disk.owner),
    billing_account_id: disk.owner,
    size_gb: disk.sizeGb,
    source_image_type: disk.sourceType,
    ...(disk.sourceImage === undefined ? {} : { source_image: disk.sourceImage }),
    ...(disk.name === undefined ? {} : { display_name: disk.name }),
    read_only_bootable: disk.readOnlyBootable,
    snapshots: [],
    storage_pool_uuid: STORAGE_POOL,
    created_at: diskTime(disk.createdAtMs),
    updated_at: diskTime(disk.updatedAtMs),
  };
}

/** Boot disks are among the others, as `OS_BASE` and without a name. */
function viewBootDisk({ accounts, world }: CloudContext, vm: VmRecord) {
  const replicas = [...world.replicas.values()].filter(({ diskUuid }) => diskUuid === vm.storageUuid);
  return {
    uuid: vm.storageUuid,
    status: "Active",
    user_id: userIdOf(accounts, vm.owner),
    billing_account_id: vm.owner,
    size_gb: vm.diskGb,
    source_image_type: "OS_BASE",
    source_image: `${vm.osName}_${vm.osVersion}`,
    read_only_bootable: false,
    snapshots: replicas.map(({ sizeGb, createdAtMs }) => ({
      uuid: vm.storageUuid,
      size_gb: sizeGb,
      disk_uuid: vm.storageUuid,
      created_at: diskTime(createdAtMs),
    })),
    storage_pool_uuid: STORAGE_POOL,
    created_at: diskTime(vm.createdAtMs),
    updated_at: diskTime(vm.updatedAtMs ?? vm.createdAtMs),
  };
}

/** Disks write their times another way than everything else (section 3.4). */
function diskTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "+0000");
}
