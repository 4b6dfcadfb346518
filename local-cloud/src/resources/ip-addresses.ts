import type { FastifyInstance } from "fastify";
import { owns, type Tenant } from "../server/accounts.ts";
import { cloudTime } from "../server/cloud-time.ts";
import type { CloudContext } from "../server/context.ts";
import { messageFailure, unknownAddress } from "../server/failures.ts";
import { refuseOtherMethods } from "../server/gateway.ts";
import { type JsonFields, optionalInteger, optionalText, readJsonBody } from "../server/json-body.ts";
import type { IpRecord } from "../server/records.ts";
import type { LocalCloudSettings } from "../server/settings.ts";
import { allocateIp, freed } from "./ip-records.ts";
import { findVm } from "./vms/find-vm.ts";

interface ItemRoute {
  Params: { readonly address: string };
}

export function ipAddressRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const { world, clock, settings } = ctx;
  const collection = "/network/ip_addresses";
  const item = `${collection}/:address`;

  async function put(ip: IpRecord, { routes = false } = {}): Promise<IpRecord> {
    world.ips.set(ip.uuid, ip);
    await world.save();
    if (routes) await ctx.applyPublicAddresses();
    return ip;
  }

  app.get<{ Querystring: { readonly vm_uuid?: string; readonly billing_account_id?: string } }>(
    collection,
    { config: { operation: "listFloatingIps" } },
    async ({ tenant, query }) =>
      [...world.ips.values()]
        .filter((ip) => owns(tenant, ip) && isListed(ip, ctx))
        .filter((ip) => query.vm_uuid === undefined || ip.assignedTo === query.vm_uuid)
        .filter(
          (ip) => query.billing_account_id === undefined || String(ip.owner) === query.billing_account_id,
        )
        .map((ip) => view(ctx, tenant, ip)),
  );

  app.post(collection, { config: { operation: "createFloatingIp" } }, async (request, reply) => {
    const { tenant } = request;
    const body = readJsonBody(request, clock.nowMs());
    const name = optionalText(body, "name");
    checkBillingAccount(body, tenant);
    const ip = allocateIp(ctx, tenant, {
      ...(name === undefined ? {} : { name }),
      listedFromMs: clock.nowMs(),
    });
    return reply.code(settings.createdStatus).send(view(ctx, tenant, await put(ip)));
  });

  app.get<ItemRoute>(item, { config: { operation: "getFloatingIp" } }, async ({ tenant, params }) =>
    view(ctx, tenant, findIp(ctx, tenant, params.address)),
  );

  app.patch<ItemRoute>(item, { config: { operation: "updateFloatingIp" } }, async (request) => {
    const { tenant, params } = request;
    const body = readJsonBody(request, clock.nowMs());
    const name = optionalText(body, "name");
    checkBillingAccount(body, tenant);
    const ip = findIp(ctx, tenant, params.address);
    const renamed = { ...ip, ...(name === undefined ? {} : { name }), updatedAtMs: clock.nowMs() };
    return view(ctx, tenant, await put(renamed));
  });

  app.delete<ItemRoute>(
    item,
    { config: { operation: "deleteFloatingIp" } },
    async ({ tenant, params }, reply) => {
      const found = findIp(ctx, tenant, params.address);
      if (found.assignedTo !== undefined && settings.deleteAssignedAddress === "refused")
        throw messageFailure(400, `Ip address ${found.address} is assigned.`);
      const ip = freed(found, clock.nowMs());
      await put({ ...ip, deletedAtMs: clock.nowMs() }, { routes: true });
      return reply.code(200).type("application/json").send("true");
    },
  );

  app.post<ItemRoute>(`${item}/assign`, { config: { operation: "assignFloatingIp" } }, async (request) => {
    const { tenant, params } = request;
    const target = targetOf(readJsonBody(request, clock.nowMs()), settings);
    const ip = findIp(ctx, tenant, params.address);
    const vm = findVm(ctx, tenant, target);
    if (ip.assignedTo !== undefined)
      throw messageFailure(400, `Ip address ${ip.address} is already assigned.`);
    const held = [...world.ips.values()].some((other) => other.assignedTo === vm.uuid);
    if (held) throw messageFailure(400, `Virtual machine ${vm.uuid} already has a public IP address.`);
    const { unassignedAtMs: _, ...rest } = ip;
    const assigned = { ...rest, assignedTo: vm.uuid, updatedAtMs: clock.nowMs() };
    return view(ctx, tenant, await put(assigned, { routes: true }));
  });

  app.post<ItemRoute>(
    `${item}/unassign`,
    { config: { operation: "unassignFloatingIp" } },
    async (request) => {
      const { tenant, params } = request;
      const ip = findIp(ctx, tenant, params.address);
      if (ip.assignedTo === undefined) throw messageFailure(400, `Ip address ${ip.address} is not assigned.`);
      return view(ctx, tenant, await put(freed(ip, clock.nowMs()), { routes: true }));
    },
  );

  refuseOtherMethods(app, collection, ["GET", "POST"], ctx);
  refuseOtherMethods(app, item, ["GET", "PATCH", "DELETE"], ctx);
  refuseOtherMethods(app, `${item}/assign`, ["POST"], ctx);
  refuseOtherMethods(app, `${item}/unassign`, ["POST"], ctx);
}

/** @throws {CloudFailure} 404 */
function findIp({ world }: CloudContext, tenant: Tenant, address: string): IpRecord {
  const found = [...world.ips.values()].find(
    (ip) => ip.address === address && ip.deletedAtMs === undefined && owns(tenant, ip),
  );
  if (found === undefined) throw unknownAddress(address);
  return found;
}

/** Two generations of the body are in use on the clouds of the family. */
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
