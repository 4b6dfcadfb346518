import { readFile } from "node:fs/promises";
import { parseJson } from "@autoscaler/service-kit";
import { parseShape, type Shaped } from "@autoscaler/shape";
import { Type } from "typebox";

/** Measured for 2 cores in all: four service machines, load balancer, monitoring and the load generator fit. */
export const machineDefaults = {
  cpuQuotaPercentByVcpu: { "1": 12, "2": 25, "4": 35 },
  minimumMemoryMib: 256,
  bootDeadlineMs: 120_000,
} as const;

const aboveZero = (fallback: number) =>
  Type.Number({ exclusiveMinimum: 0, allowed: "a number above 0", default: fallback });
const path = Type.String({ minLength: 1 });

const Settings = Type.Object({
  instance: path,
  /** Root of the base image. */
  imageDirectory: path,
  /** Where lxcfs is mounted. */
  lxcfsDirectory: path,
  /** Per cent of one real core for a machine, by the vcpu it was ordered with. */
  cpuQuotaPercentByVcpu: Type.Record(
    Type.String({ pattern: "^[1-9]\\d*$" }),
    Type.Number({ minimum: 5, maximum: 1600 }),
    { minProperties: 1, allowed: "counts of vcpu", default: machineDefaults.cpuQuotaPercentByVcpu },
  ),
  minimumMemoryMib: aboveZero(machineDefaults.minimumMemoryMib),
  /** CPU is unlimited until cloud-init is done, but at most this long. */
  bootDeadlineMs: aboveZero(machineDefaults.bootDeadlineMs),
});

/** What `local-cloud up` tells the driver, in `<stateDirectory>/machines.json`. */
export type MachineSettings = Shaped<typeof Settings>;

/** The default quotas in proportion, with so many per cent of a core for a machine of 2 vCPU. */
export function quotasFor(percent: number): Readonly<Record<string, number>> {
  const defaults = machineDefaults.cpuQuotaPercentByVcpu;
  const factor = percent / defaults["2"];
  return Object.fromEntries(
    Object.entries(defaults).map(([vcpu, quota]) => [vcpu, Math.max(5, Math.round(quota * factor))]),
  );
}

/** Quota of the largest listed vcpu count that is not above the machine's; else of the smallest. */
export function cpuQuotaPercent(vcpu: number, table: Readonly<Record<string, number>>): number {
  const rows = Object.entries(table)
    .map(([count, percent]) => ({ count: Number(count), percent }))
    .sort((a, b) => a.count - b.count);
  const fitting = rows.filter(({ count }) => count <= vcpu).at(-1) ?? rows[0];
  if (fitting === undefined) throw new Error("cpuQuotaPercentByVcpu needs at least one entry");
  return fitting.percent;
}

/** @throws with every problem of the file named. */
export function parseMachineSettings(text: string): MachineSettings {
  const parsed = parseShape(Settings, parseJson(text), { whole: "the JSON" });
  if (parsed.kind === "ok") return parsed.value;
  throw new Error(`machines.json: ${parsed.problems.join("; ")}`);
}

export async function readMachineSettings(stateDirectory: string): Promise<MachineSettings> {
  return parseMachineSettings(await readFile(`${stateDirectory}/machines.json`, "utf8"));
}
