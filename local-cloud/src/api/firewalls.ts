import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { owns, type Tenant, userIdOf } from "../state/accounts.ts";
import { cloudTime } from "../state/cloud-time.ts";
import type { CloudContext } from "../state/context.ts";
import { messageFailure } from "../state/failures.ts";
import type { FirewallRecord } from "../state/records.ts";
import { readFirewallRules, viewFirewallRule } from "./firewall-rules.ts";
import { refuseOtherMethods } from "./gateway.ts";
import { optionalInteger, optionalText, readJsonBody } from "./json-body.ts";
import { findVm } from "./vms/find-vm.ts";

interface ItemRoute {
  Params: { readonly firewall_uuid: string };
}
type VmRoute = ItemRoute & { Querystring: { readonly vm_uuid?: string } };

/** Firewalls can be read through the list only (docs/api-facts.md#firewalls). */
export function firewallRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const { world, clock, settings } = ctx;
  const collection = "/network/firewalls";
  const item = `${collection}/:firewall_uuid`;

  async function put(firewall: FirewallRecord): Promise<FirewallRecord> {
    world.firewalls.set(firewall.uuid, firewall);
    await world.save();
    await ctx.applyFirewalls();
    return firewall;
  }

  app.get(collection, { config: { operation: "listFirewalls" } }, async ({ tenant }) =>
    [...world.firewalls.values()]
      .filter((firewall) => owns(tenant, firewall))
      .map((firewall) => view(ctx, firewall)),
  );

  app.post(collection, { config: { operation: "createFirewall" } }, async (request, reply) => {
    const { tenant } = request;
    const body = readJsonBody(request, clock.nowMs());
    const name = optionalText(body, "display_name");
    if (name === undefined) throw messageFailure(400, "display_name is required.");
    const payer = optionalInteger(body, "billing_account_id");
    if (payer !== undefined && payer !== tenant.owner)
      throw messageFailure(403, "Billing account is not accessible.");
    const rules = readFirewallRules(body);
    const { owner, location } = tenant;
    const made = {
      uuid: randomUUID(),
      owner,
      location,
      name,
      rules,
      vmUuids: [],
      createdAtMs: clock.nowMs(),
    };
    return reply.code(settings.createdStatus).send(view(ctx, await put(made)));
  });

  app.put<ItemRoute>(item, { config: { operation: "replaceFirewall" } }, async (request) => {
    const body = readJsonBody(request, clock.nowMs());
    const firewall = findFirewall(ctx, request.tenant, request.params.firewall_uuid);
    const name = optionalText(body, "display_name") ?? optionalText(body, "name") ?? firewall.name;
    return view(ctx, await put({ ...firewall, name, rules: readFirewallRules(body) }));
  });

  app.delete<ItemRoute>(
    item,
    { config: { operation: "deleteFirewall" } },
    async ({ tenant, params }, reply) => {
      world.firewalls.delete(findFirewall(ctx, tenant, params.firewall_uuid).uuid);
      await world.save();
      await ctx.applyFirewalls();
      return reply.code(204).send();
    },
  );

  app.post<VmRoute>(`${item}/vms`, { config: { operation: "assignFirewall" } }, async (request) => {
    const firewall = findFirewall(ctx, request.tenant, request.params.firewall_uuid);
    const vm = findVm(ctx, request.tenant, requiredVm(request.query));
    const vmUuids = [...firewall.vmUuids.filter((uuid) => uuid !== vm.uuid), vm.uuid];
    return assignments(await put({ ...firewall, vmUuids }));
  });

  app.delete<VmRoute>(
    `${item}/vms`,
    { config: { operation: "unassignFirewall" } },
    async (request, reply) => {
      const firewall = findFirewall(ctx, request.tenant, request.params.firewall_uuid);
      const vmUuid = requiredVm(request.query);
      if (!firewall.vmUuids.includes(vmUuid)) throw messageFailure(404, "Firewall assignment not found");
      await put({ ...firewall, vmUuids: firewall.vmUuids.filter((uuid) => uuid !== vmUuid) });
      return reply.code(200).send();
    },
  );

  refuseOtherMethods(app, collection, ["GET", "POST"], ctx);
  refuseOtherMethods(app, item, ["PUT", "DELETE"], ctx);
  refuseOtherMethods(app, `${item}/vms`, ["POST", "DELETE"], ctx);
}

/** @throws {CloudFailure} 404; the text is a guess, modelled on the one for disks. */
function findFirewall({ world }: CloudContext, tenant: Tenant, uuid: string): FirewallRecord {
  const firewall = world.firewalls.get(uuid);
  if (firewall === undefined || !owns(tenant, firewall)) throw messageFailure(404, "Firewall not found");
  return firewall;
}

function requiredVm({ vm_uuid: vmUuid }: { readonly vm_uuid?: string }): string {
  if (vmUuid === undefined || vmUuid === "") throw messageFailure(400, "vm_uuid is required.");
  return vmUuid;
}

/** Without the description: it is accepted and never returned. */
function view(ctx: CloudContext, firewall: FirewallRecord) {
  return {
    uuid: firewall.uuid,
    // The documentation uses the first in its example of create, the second in that of the list.
    display_name: firewall.name,
    name: firewall.name,
    user_id: userIdOf(ctx.accounts, firewall.owner),
    billing_account_id: firewall.owner,
    // The order of rules is not kept.
    rules: firewall.rules.map(viewFirewallRule).toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1)),
    resources_assigned: assignments(firewall),
    created_at: cloudTime(firewall.createdAtMs),
    deleted_at: null,
  };
}

function assignments({ vmUuids }: FirewallRecord) {
  return vmUuids.map((uuid) => ({ resource_type: "vm", resource_uuid: uuid }));
}
