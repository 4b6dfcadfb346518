import type { FastifyInstance } from "fastify";

interface Price {
  readonly resourceType: "CPU" | "RAM" | "STORAGE" | "UNASSIGNED_FLOATING_IP";
  readonly price: number;
  readonly serviceNameUserFriendly: string;
  readonly numCpus?: number;
  readonly megsRam?: number;
}

/**
 * Rupiah an hour. Chosen so that the article's VM (2 vCPU, 2048 MiB, 20 GB) costs its Rp 87 000 a month and a
 * forgotten address the Rp 40 000 that Richienv/weuseai.agent reports; the real list can only be read with an account.
 */
const PRICES: readonly Price[] = [
  { resourceType: "CPU", price: 20, serviceNameUserFriendly: "vCPU", numCpus: 1 },
  { resourceType: "RAM", price: 25, serviceNameUserFriendly: "Memory", megsRam: 1024 },
  { resourceType: "STORAGE", price: 1.46, serviceNameUserFriendly: "Storage" },
  { resourceType: "UNASSIGNED_FLOATING_IP", price: 54.8, serviceNameUserFriendly: "Public IPv4 address" },
];

export function pricingRoutes(app: FastifyInstance): void {
  app.get("/pricing/policy", { config: { operation: "getPricingPolicy" } }, async () => ({
    policy: PRICES.map((price, index) => ({ policyId: index + 1, ...price })),
  }));
}

/** Rupiah an hour, by the list above. */
export function vmPricePerHour(vm: {
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly diskGb: number;
}): number {
  return vm.vcpu * priceOf("CPU") + (vm.memoryMib / 1024) * priceOf("RAM") + vm.diskGb * priceOf("STORAGE");
}

export function addressPricePerHour(): number {
  return priceOf("UNASSIGNED_FLOATING_IP");
}

function priceOf(type: Price["resourceType"]): number {
  return PRICES.find(({ resourceType }) => resourceType === type)?.price ?? 0;
}
