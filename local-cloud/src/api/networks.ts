import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { owns, type Tenant } from "../state/accounts.ts";
import { subnetOf, takeNetworkNumber } from "../state/addresses.ts";
import { cloudTime } from "../state/cloud-time.ts";
import type { CloudContext } from "../state/context.ts";
import { messageFailure, unknownNetwork } from "../state/failures.ts";
import type { NetworkRecord } from "../state/records.ts";
import { decodeForm, rawBodyOf } from "./bodies.ts";
import { refuseOtherMethods } from "./gateway.ts";
import { optionalText, readJsonBody } from "./json-body.ts";

const DEFAULT_NAME = "Default network";

interface ItemRoute {
  Params: { readonly network_uuid: string };
}

export function networkRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const { world, clock, driver } = ctx;
  const list = "/network/networks";
  const collection = "/network/network";
  const item = "/network/network/:network_uuid";
  const makeDefault = `${item}/default`;

  app.get(list, { config: { operation: "listNetworks" } }, async ({ tenant }) =>
    (await networksOf(ctx, tenant)).map((network) => view(ctx, network)),
  );

  app.post<{ Querystring: { readonly name?: string } }>(
    collection,
    { config: { operation: "createNetwork" } },
    async (request) => {
      const body = rawBodyOf(request.body);
      const inForm = body.kind === "form" ? decodeForm(body.text, ctx.settings)["name"] : undefined;
      const name = request.query.name ?? (typeof inForm === "string" ? inForm : undefined);
      return view(
        ctx,
        name === undefined || name === ""
          ? await defaultNetwork(ctx, request.tenant)
          : await addNetwork(ctx, request.tenant, name),
      );
    },
  );

  app.get<ItemRoute>(item, { config: { operation: "getNetwork" } }, async ({ tenant, params }) =>
    view(ctx, findNetwork(ctx, tenant, params.network_uuid)),
  );

  app.patch<ItemRoute>(item, { config: { operation: "renameNetwork" } }, async (request) => {
    const name = optionalText(readJsonBody(request, clock.nowMs()), "name");
    const network = findNetwork(ctx, request.tenant, request.params.network_uuid);
    if (name === undefined) throw messageFailure(400, "Network name is required.");
    return view(ctx, await put(ctx, { ...network, name, updatedAtMs: clock.nowMs() }));
  });

  app.delete<ItemRoute>(
    item,
    { config: { operation: "deleteNetwork" } },
    async ({ tenant, params }, reply) => {
      const network = findNetwork(ctx, tenant, params.network_uuid);
      if (network.isDefault) throw messageFailure(400, "Default network cannot be deleted.");
      if (vmsIn(ctx, network).length > 0)
        throw messageFailure(400, "Network has resources and cannot be deleted.");
      world.networks.delete(network.uuid);
      await world.save();
      await driver.removeNetwork(network.uuid);
      return reply.code(200).send();
    },
  );

  app.put<ItemRoute>(
    makeDefault,
    { config: { operation: "setDefaultNetwork" } },
    async ({ tenant, params }) => {
      const network = findNetwork(ctx, tenant, params.network_uuid);
      for (const other of await networksOf(ctx, tenant)) {
        if (other.isDefault) world.networks.set(other.uuid, { ...other, isDefault: false });
      }
      return view(ctx, await put(ctx, { ...network, isDefault: true, updatedAtMs: clock.nowMs() }));
    },
  );

  refuseOtherMethods(app, list, ["GET"], ctx);
  refuseOtherMethods(app, collection, ["POST"], ctx);
  refuseOtherMethods(app, item, ["GET", "PATCH", "DELETE"], ctx);
  refuseOtherMethods(app, makeDefault, ["PUT"], ctx);
}

/** Oldest first. An account that has none gets its default network here, if the settings say so. */
async function networksOf(ctx: CloudContext, tenant: Tenant): Promise<readonly NetworkRecord[]> {
  const own = () => [...ctx.world.networks.values()].filter((network) => owns(tenant, network));
  if (own().length === 0 && ctx.settings.startWithDefaultNetwork)
    await insert(ctx, tenant, DEFAULT_NAME, true);
  return own();
}

/** @throws {CloudFailure} 400 in the shape of the network service. */
export function findNetwork({ world }: CloudContext, tenant: Tenant, uuid: string): NetworkRecord {
  const network = world.networks.get(uuid);
  if (network === undefined || !owns(tenant, network)) throw unknownNetwork();
  return network;
}

/** The default network, made if there is none. */
export async function defaultNetwork(ctx: CloudContext, tenant: Tenant): Promise<NetworkRecord> {
  const found = (await networksOf(ctx, tenant)).find(({ isDefault }) => isDefault);
  return found ?? insert(ctx, tenant, DEFAULT_NAME, true);
}

async function addNetwork(ctx: CloudContext, tenant: Tenant, name: string): Promise<NetworkRecord> {
  const isFirst = (await networksOf(ctx, tenant)).length === 0;
  return insert(ctx, tenant, name, isFirst);
}

function insert(ctx: CloudContext, tenant: Tenant, name: string, isDefault: boolean): Promise<NetworkRecord> {
  const nowMs = ctx.clock.nowMs();
  const { owner, location } = tenant;
  const number = takeNetworkNumber(ctx.world);
  const uuid = randomUUID();
  return put(ctx, { uuid, owner, location, name, number, isDefault, createdAtMs: nowMs, updatedAtMs: nowMs });
}

async function put({ world }: CloudContext, network: NetworkRecord): Promise<NetworkRecord> {
  world.networks.set(network.uuid, network);
  await world.save();
  return network;
}

function vmsIn({ world }: CloudContext, { uuid }: NetworkRecord): readonly string[] {
  return [...world.vms.values()]
    .filter(({ networkUuid, phase }) => networkUuid === uuid && phase !== "deleted")
    .map((vm) => vm.uuid);
}

function view(ctx: CloudContext, network: NetworkRecord) {
  const vmUuids = vmsIn(ctx, network);
  return {
    uuid: network.uuid,
    name: network.name,
    type: "private",
    subnet: subnetOf(network),
    subnet_ipv6: null,
    vlan_id: 100 + network.number,
    is_default: network.isDefault,
    vm_uuids: vmUuids,
    resources_count: vmUuids.length,
    created_at: cloudTime(network.createdAtMs),
    updated_at: cloudTime(network.updatedAtMs),
  };
}
