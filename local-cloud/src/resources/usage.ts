import type { FastifyInstance } from "fastify";
import { owns, type Tenant } from "../server/accounts.ts";
import type { CloudContext } from "../server/context.ts";
import { invalidFields, messageFailure } from "../server/failures.ts";
import type { VmRecord } from "../server/records.ts";
import { addressPricePerHour, vmPricePerHour } from "./pricing.ts";
import { viewVm } from "./vms/view.ts";

const HOUR_MS = 3_600_000;

interface UsageRoute {
  Querystring: { readonly billing_account_id?: string };
}
interface ResourceRoute {
  Querystring: { readonly id?: string; readonly resource_type?: string };
}

/** The current month by VM and address, in started hours. */
export function usageRoutes(app: FastifyInstance, { world, clock }: CloudContext): void {
  app.get<UsageRoute>("/charging/usage", { config: { operation: "getUsage" } }, async ({ tenant, query }) => {
    const { billing_account_id: payer } = query;
    if (payer !== undefined && payer !== String(tenant.owner))
      throw messageFailure(403, "Billing account is not accessible.");
    const mine = ({ owner }: { readonly owner: number }) => owner === tenant.owner;
    const vms = [...world.vms.values()].filter(mine).map((vm) => ({
      used: vm,
      description: vm.name,
      type: "VM",
      price: vmPricePerHour(vm),
    }));
    const ips = [...world.ips.values()].filter(mine).map((ip) => ({
      used: ip,
      description: ip.address,
      type: "FLOATING_IP",
      price: addressPricePerHour(),
    }));
    return [...vms, ...ips].flatMap(({ used, description, type, price }) => {
      const hours = hoursThisMonth(used, clock.nowMs());
      if (hours === 0) return [];
      return {
        billing_account_id: tenant.owner,
        owner_uuid: used.uuid,
        description,
        cost: cents(price * hours),
        price: cents(price),
        price_unit: "h",
        hours,
        uptime_types: [type],
        configurations: [],
        user_id: tenant.userId,
      };
    });
  });
}

/** The one place where the API itself says the public address of a VM (section 11). */
export function billingResourceRoutes(app: FastifyInstance, ctx: CloudContext): void {
  app.get<ResourceRoute>(
    "/user-resource/billing_resources",
    { config: { operation: "listBillingResources" } },
    async ({ tenant, query }) => {
      const { id, resource_type: type = "vm" } = query;
      if (type !== "vm") throw invalidFields({ resource_type: "value must be one from the list ['vm']" });
      if (id !== undefined && id !== String(tenant.owner))
        throw messageFailure(403, "Billing account is not accessible.");
      return [...ctx.world.vms.values()]
        .filter((vm) => owns(tenant, vm) && vm.phase === "ready")
        .map((vm) => ({
          ...viewVm(ctx, vm),
          public_ipv4: publicIpv4Of(ctx, tenant, vm) ?? "",
          hypervisor_id: "local",
        }));
    },
  );
}

function publicIpv4Of({ world }: CloudContext, tenant: Tenant, { uuid }: VmRecord): string | undefined {
  return [...world.ips.values()].find((ip) => owns(tenant, ip) && ip.assignedTo === uuid)?.address;
}

function hoursThisMonth(
  { createdAtMs, deletedAtMs }: { readonly createdAtMs: number; readonly deletedAtMs?: number },
  nowMs: number,
): number {
  const now = new Date(nowMs);
  const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const usedMs = (deletedAtMs ?? nowMs) - Math.max(createdAtMs, monthMs);
  return usedMs < 0 ? 0 : Math.max(1, Math.ceil(usedMs / HOUR_MS));
}

function cents(rupiah: number): number {
  return Math.round(rupiah * 100) / 100;
}
