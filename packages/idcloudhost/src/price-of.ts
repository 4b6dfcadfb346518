import type { FloatingIp, Price, Vm } from "./types.ts";

/** A month as clouds bill it. */
export const HOURS_PER_MONTH = 730;

export interface Holdings {
  readonly vms: readonly Pick<Vm, "vcpu" | "memoryMib" | "diskGb">[];
  readonly floatingIps: readonly Pick<FloatingIp, "assignedTo">[];
}

export interface Cost {
  readonly rupiahPerHour: number;
  /** 730 hours, rounded to a whole Rupiah. */
  readonly rupiahPerMonth: number;
  /** Resource types that are held but have no price in the list: the sum is too low by them. */
  readonly unpriced: readonly string[];
}

/**
 * What a set of VMs and public addresses costs by the operator's price list.
 *
 * Units where the list names none: one vCPU, 1024 MiB, one GB. An assigned address costs what its own row
 * (`FLOATING_IP`) says, else as much as an unassigned one: how it is billed is not documented, and an
 * estimate should rather be too high.
 */
export function priceOf(prices: readonly Price[], { vms, floatingIps }: Holdings): Cost {
  const assigned = floatingIps.filter(({ assignedTo }) => assignedTo !== undefined).length;
  const held = [
    { types: ["CPU"], count: sum(vms, ({ vcpu }) => vcpu), unit: (row: Price) => row.unitVcpu ?? 1 },
    {
      types: ["RAM"],
      count: sum(vms, ({ memoryMib }) => memoryMib),
      unit: (row: Price) => row.unitMemoryMib ?? 1024,
    },
    { types: ["STORAGE"], count: sum(vms, ({ diskGb }) => diskGb), unit: () => 1 },
    { types: ["FLOATING_IP", "UNASSIGNED_FLOATING_IP"], count: assigned, unit: () => 1 },
    { types: ["UNASSIGNED_FLOATING_IP"], count: floatingIps.length - assigned, unit: () => 1 },
  ].filter(({ count }) => count > 0);

  const priced = held.map(({ types, count, unit }) => {
    const row = types.map((type) => prices.find(({ resourceType }) => resourceType === type)).find(Boolean);
    return { types, rupiahPerHour: row && (row.rupiahPerHour * count) / unit(row) };
  });
  const rupiahPerHour = priced.reduce((total, { rupiahPerHour: cost }) => total + (cost ?? 0), 0);
  return {
    rupiahPerHour,
    rupiahPerMonth: Math.round(rupiahPerHour * HOURS_PER_MONTH),
    unpriced: priced.flatMap(({ types, rupiahPerHour: cost }) => (cost === undefined ? types.slice(-1) : [])),
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number | undefined): number {
  return items.reduce((total, item) => total + (value(item) ?? 0), 0);
}
