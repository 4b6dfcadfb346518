import { HttpError, useErrorBodies } from "@autoscaler/service-kit";
import type { FastifyInstance } from "fastify";
import { useRawBodies } from "./api/bodies.ts";
import type { CallRing } from "./calls.ts";
import type { Faults } from "./faults/registry.ts";
import { faultRoutes } from "./faults/routes.ts";
import { renderPage } from "./page/page.ts";
import { gatewayOf, PREFIX_LENGTH, subnetOf } from "./state/addresses.ts";
import type { CloudContext } from "./state/context.ts";

/** `/_local/*`: what a lab wants to know and the real cloud would not say. It needs no key and shows none. */
export function adminRoutes(
  app: FastifyInstance,
  ctx: CloudContext,
  { calls, faults }: { readonly calls: CallRing; readonly faults: Faults },
): void {
  const { world, driver } = ctx;
  useErrorBodies(app);
  useRawBodies(app);

  faultRoutes(app, faults);

  app.get("/health", async () => ({ status: "ok", driver: driver.name }));

  app.get<{ Querystring: { readonly live?: string } }>("/", async ({ query }, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
      .send(renderPage(ctx, { calls, faults, isLive: query.live !== "no" })),
  );

  app.get("/settings", async () => ctx.settings);

  app.get("/state", async () => stateOf(ctx));

  app.get<{ Querystring: { readonly limit?: string } }>("/calls", async ({ query }) => {
    const limit = Number(query.limit ?? "100");
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new HttpError(400, "LIMIT_INVALID", "limit must be a whole number above 0");
    }
    return calls.list().slice(0, limit);
  });

  /** Empties the cloud: machines, networks, addresses, faults, remembered calls. Refused while a VM call is at work. */
  app.post("/reset", async () => {
    const busy = [...world.vms.values()].some(({ phase }) => phase === "creating" || phase === "deleting");
    if (busy)
      throw new HttpError(409, "VM_BUSY", "a VM is being made or deleted; try again when that is done");
    const before = stateOf(ctx).counts;
    const vmUuids = [...world.vms.values()]
      .filter(({ phase }) => phase !== "deleted")
      .map(({ uuid }) => uuid);
    const networkUuids = [...world.networks.keys()];
    world.clear();
    await world.save();
    await ctx.applyPublicAddresses();
    await ctx.applyFirewalls();
    for (const uuid of vmUuids) await driver.remove(uuid);
    for (const uuid of networkUuids) await driver.removeNetwork(uuid);
    calls.clear();
    faults.clear();
    return { removed: before };
  });
}

/** Everything that exists, as it is: without lag, of all accounts. */
export function stateOf({ world }: CloudContext) {
  const vms = [...world.vms.values()].filter(({ phase }) => phase !== "deleted");
  const ips = [...world.ips.values()].filter(({ deletedAtMs }) => deletedAtMs === undefined);
  const disks = [...world.disks.values()];
  const networks = [...world.networks.values()].map((network) => ({
    ...network,
    subnet: subnetOf(network),
    gatewayIpv4: gatewayOf(network),
    prefixLength: PREFIX_LENGTH,
    vmUuids: vms.filter(({ networkUuid }) => networkUuid === network.uuid).map(({ uuid }) => uuid),
  }));
  return {
    counts: {
      vms: vms.length,
      ips: ips.length,
      unassignedIps: ips.filter(({ assignedTo }) => assignedTo === undefined).length,
      networks: networks.length,
      firewalls: world.firewalls.size,
      disks: disks.length,
    },
    vms,
    ips,
    networks,
    firewalls: [...world.firewalls.values()],
    disks,
  };
}
