import { priceOf } from "./price-of.ts";
import type { Price } from "./types.ts";

const prices: readonly Price[] = [
  { resourceType: "CPU", rupiahPerHour: 20, unitVcpu: 1 },
  { resourceType: "RAM", rupiahPerHour: 25 },
  { resourceType: "STORAGE", rupiahPerHour: 1.46 },
  { resourceType: "UNASSIGNED_FLOATING_IP", rupiahPerHour: 54.8 },
];
const vm = { vcpu: 2, memoryMib: 2048, diskGb: 20 };

describe("priceOf", () => {
  it.each([
    { when: "nothing", vms: [], floatingIps: [], perMonth: 0, unpriced: [] },
    { when: "the article's VM", vms: [vm], floatingIps: [], perMonth: 87_016, unpriced: [] },
    { when: "two of them", vms: [vm, vm], floatingIps: [], perMonth: 174_032, unpriced: [] },
    { when: "a forgotten address", vms: [], floatingIps: [{}], perMonth: 40_004, unpriced: [] },
    {
      when: "an assigned address",
      vms: [],
      floatingIps: [{ assignedTo: "vm" }],
      perMonth: 40_004,
      unpriced: [],
    },
    {
      when: "a VM of which only the cores are known",
      vms: [{ vcpu: 1 }],
      floatingIps: [],
      perMonth: 14_600,
      unpriced: [],
    },
  ])("$when costs Rp $perMonth a month", ({ vms, floatingIps, perMonth, unpriced }) => {
    expect(priceOf(prices, { vms, floatingIps })).toMatchObject({ rupiahPerMonth: perMonth, unpriced });
  });

  it("uses the units of the list", () => {
    const rows = [
      { resourceType: "CPU", rupiahPerHour: 10, unitVcpu: 2 },
      { resourceType: "RAM", rupiahPerHour: 4, unitMemoryMib: 512 },
    ];

    expect(priceOf(rows, { vms: [{ vcpu: 4, memoryMib: 1024 }], floatingIps: [] }).rupiahPerHour).toBe(28);
  });

  it("lists what it found no price for", () => {
    expect(priceOf([], { vms: [vm], floatingIps: [{}] }).unpriced).toEqual([
      "CPU",
      "RAM",
      "STORAGE",
      "UNASSIGNED_FLOATING_IP",
    ]);
  });

  it("prefers the row of assigned addresses for them", () => {
    const rows = [...prices, { resourceType: "FLOATING_IP", rupiahPerHour: 0 }];

    expect(priceOf(rows, { vms: [], floatingIps: [{ assignedTo: "vm" }] }).rupiahPerHour).toBe(0);
  });
});
