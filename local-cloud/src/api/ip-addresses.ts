import type { FastifyInstance, FastifyRequest } from "fastify";
import type { LocalCloudSettings } from "../settings/settings.ts";
import { owns, type Tenant } from "../state/accounts.ts";
import { cloudTime } from "../state/cloud-time.ts";
import type { CloudContext } from "../state/context.ts";
import { messageFailure, unknownAddress } from "../state/failures.ts";
import type { IpRecord, VmRecord } from "../state/records.ts";
import { refuseOtherMethods } from "./gateway.ts";
import { allocateIp, freed } from "./ip-records.ts";
import { type JsonFields, optionalInteger, optionalText, readJsonBody } from "./json-body.ts";
import { findVm } from "./vms/find-vm.ts";

interface ItemRoute {
  Params: { readonly address: string };
}
type ItemRequest = FastifyRequest<ItemRoute>;
interface ListQuery {
  readonly vm_uuid?: string;
  readonly billing_account_id?: string;
}

/** Those that the list shows: with its lag, and deleted ones for a while. */
function listIps(ctx: CloudContext, tenant: Tenant, query: ListQuery): readonly IpRecord[] {
  const { vm_uuid: vmUuid, billing_account_id: payer } = query;
  return [...ctx.world.ips.values()]
    .filter((ip) => owns(tenant, ip) && isListed(ip, ctx))
    .filter((ip) => vmUuid === undefined || ip.assignedTo === vmUuid)
    .filter((ip) => payer === undefined || String(ip.owner) === payer);
}

function createIp(ctx: CloudContext, tenant: Tenant, name: string | undefined): Promise<IpRecord> {
  const named = name === undefined ? {} : { name };
  return put(ctx, allocateIp(ctx, tenant, { ...named, listedFromMs: ctx.clock.nowMs() }));
}

function renameIp(ctx: CloudContext, ip: IpRecord, name: string | undefined): Promise<IpRecord> {
  return put(ctx, { ...ip, ...(name === undefined ? {} : { name }), updatedAtMs: ctx.clock.nowMs() });
}

/** @throws {CloudFailure} 400 while it is assigned, if the settings say so. */
async function deleteIp(ctx: CloudContext, ip: IpRecord): Promise<void> {
  if (ip.assignedTo !== undefined && ctx.settings.deleteAssignedAddress === "refused")
    throw messageFailure(400, `Ip address ${ip.address} is assigned.`);
  const nowMs = ctx.clock.nowMs();
  await put(ctx, { ...freed(ip, nowMs), deletedAtMs: nowMs });
  await ctx.applyPublicAddresses();
}

/** @throws {CloudFailure} 400 when the address or the VM is taken. */
async function assignIp(ctx: CloudContext, ip: IpRecord, { uuid }: VmRecord): Promise<IpRecord> {
  if (ip.assignedTo !== undefined) throw messageFailure(400, `Ip address ${ip.address} is already assigned.`);
  if ([...ctx.world.ips.values()].some((other) => other.assignedTo === uuid))
    throw messageFailure(400, `Virtual machine ${uuid} already has a public IP address.`);
  const { unassignedAtMs: _, ...rest } = ip;
  const assigned = await put(ctx, { ...rest, assignedTo: uuid, updatedAtMs: ctx.clock.nowMs() });
  await ctx.applyPublicAddresses();
  return assigned;
}

/** @throws {CloudFailure} 400 for a free one. */
async function unassignIp(ctx: CloudContext, ip: IpRecord): Promise<IpRecord> {
  if (ip.assignedTo === undefined) throw messageFailure(400, `Ip address ${ip.address} is not assigned.`);
  const free = await put(ctx, freed(ip, ctx.clock.nowMs()));
  await ctx.applyPublicAddresses();
  return free;
}

export function ipAddressRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const { clock, settings } = ctx;
  const collection = "/network/ip_addresses";
  const item = `${collection}/:address`;
  const show = (tenant: Tenant, ip: IpRecord) => view(ctx, tenant, ip);
  const named = ({ tenant, params }: ItemRequest) => findIp(ctx, tenant, params.address);
  const nameIn = (request: FastifyRequest) => {
    const body = readJsonBody(request, clock.nowMs());
    checkBillingAccount(body, request.tenant);
    return optionalText(body, "name");
  };

  app.get<{ Querystring: ListQuery }>(
    collection,
    { config: { operation: "listFloatingIps" } },
    async ({ tenant, query }) => listIps(ctx, tenant, query).map((ip) => show(tenant, ip)),
  );
  app.post(collection, { config: { operation: "createFloatingIp" } }, async (request, reply) => {
    const ip = await createIp(ctx, request.tenant, nameIn(request));
    return reply.code(settings.createdStatus).send(show(request.tenant, ip));
  });
  app.get<ItemRoute>(item, { config: { operation: "getFloatingIp" } }, async (request) =>
    show(request.tenant, named(request)),
  );
  app.patch<ItemRoute>(item, { config: { operation: "updateFloatingIp" } }, async (request) => {
    const name = nameIn(request);
    return show(request.tenant, await renameIp(ctx, named(request), name));
  });
  app.delete<ItemRoute>(item, { config: { operation: "deleteFloatingIp" } }, async (request, reply) => {
    await deleteIp(ctx, named(request));
    return reply.code(200).type("application/json").send("true");
  });
  app.post<ItemRoute>(`${item}/assign`, { config: { operation: "assignFloatingIp" } }, async (request) => {
    const target = targetOf(readJsonBody(request, clock.nowMs()), settings);
    const ip = named(request);
    return show(request.tenant, await assignIp(ctx, ip, findVm(ctx, request.tenant, target)));
  });
  app.post<ItemRoute>(`${item}/unassign`, { config: { operation: "unassignFloatingIp" } }, async (request) =>
    show(request.tenant, await unassignIp(ctx, named(request))),
  );

  refuseOtherMethods(app, collection, ["GET", "POST"], ctx);
  refuseOtherMethods(app, item, ["GET", "PATCH", "DELETE"], ctx);
  refuseOtherMethods(app, `${item}/assign`, ["POST"], ctx);
  refuseOtherMethods(app, `${item}/unassign`, ["POST"], ctx);
}

async function put({ world }: CloudContext, ip: IpRecord): Promise<IpRecord> {
  world.ips.set(ip.uuid, ip);
  await world.save();
  return ip;
}

/** @throws {CloudFailure} 404 */
function findIp({ world }: CloudContext, tenant: Tenant, address: string): IpRecord {
  const found = [...world.ips.values()].find(
    (ip) => ip.address === address && ip.deletedAtMs === undefined && owns(tenant, ip),
  );
  if (found === undefined) throw unknownAddress(address);
  return found;
}

/** Two generations of the body are in use on the clouds of the platform. */
function targetOf(body: JsonFields, { assignBody }: Pick<LocalCloudSettings, "assignBody">): string {
  const type = optionalText(body, "assigned_to_resource_type") ?? "virtual_machine";
  const newer = assignBody === "older" ? undefined : optionalText(body, "assigned_to");
  const older = assignBody === "newer" ? undefined : optionalText(body, "vm_uuid");
  const target = newer ?? older;
  if (target === undefined)
    throw messageFailure(400, `${assignBody === "older" ? "vm_uuid" : "assigned_to"} is required.`);
  if (type !== "virtual_machine") throw messageFailure(400, `Resource type ${type} is not supported.`);
  return target;
}

function checkBillingAccount(body: JsonFields, tenant: Tenant): void {
  const given = optionalInteger(body, "billing_account_id");
  if (given !== undefined && given !== tenant.owner)
    throw messageFailure(403, "Billing account is not accessible.");
}

function isListed(ip: IpRecord, { clock, settings }: CloudContext): boolean {
  const nowMs = clock.nowMs();
  if (nowMs < ip.listedFromMs) return false;
  return ip.deletedAtMs === undefined || nowMs < ip.deletedAtMs + settings.tombstoneMs;
}

const FREE = { assigned_to: null, assigned_to_resource_type: null, assigned_to_private_ip: null };

function view({ world, settings }: CloudContext, tenant: Tenant, ip: IpRecord) {
  const free = settings.unassignedKeys === "null" ? FREE : {};
  const assigned =
    ip.assignedTo === undefined
      ? free
      : {
          assigned_to: ip.assignedTo,
          assigned_to_resource_type: "virtual_machine",
          assigned_to_private_ip: world.vms.get(ip.assignedTo)?.privateIpv4 ?? null,
        };
  return {
    id: ip.id,
    uuid: ip.uuid,
    address: ip.address,
    user_id: tenant.userId,
    billing_account_id: ip.owner,
    type: "public",
    network_id: null,
    ...(ip.name === undefined ? {} : { name: ip.name }),
    enabled: true,
    is_deleted: ip.deletedAtMs !== undefined,
    is_virtual: false,
    is_ipv6: false,
    ...assigned,
    ...(ip.unassignedAtMs === undefined ? {} : { unassigned_at: cloudTime(ip.unassignedAtMs) }),
    created_at: cloudTime(ip.createdAtMs),
    updated_at: cloudTime(ip.updatedAtMs),
  };
}
