import { readFile } from "node:fs/promises";

/** What `local-cloud up` tells the driver, in `<stateDirectory>/machines.json`. */
export interface MachineSettings {
  readonly instance: string;
  /** Root of the base image. */
  readonly imageDirectory: string;
  /** Where lxcfs is mounted. */
  readonly lxcfsDirectory: string;
  /** Per cent of one real core for a machine, by the vcpu it was ordered with. */
  readonly cpuQuotaPercentByVcpu: Readonly<Record<string, number>>;
  readonly minimumMemoryMib: number;
  /** CPU is unlimited until cloud-init is done, but at most this long. */
  readonly bootDeadlineMs: number;
}

/** Measured for 2 cores in all: four service machines, load balancer, monitoring and the load generator fit. */
export const machineDefaults = {
  cpuQuotaPercentByVcpu: { "1": 12, "2": 25, "4": 35 },
  minimumMemoryMib: 256,
  bootDeadlineMs: 120_000,
} as const;

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
  const value: unknown = JSON.parse(text);
  const problems: string[] = [];
  const field = (name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  const textOf = (name: string): string => {
    const found = field(name);
    if (typeof found === "string" && found !== "") return found;
    problems.push(`${name} must be text`);
    return "";
  };
  const numberOf = (name: string, fallback: number): number => {
    const found = field(name) ?? fallback;
    if (typeof found === "number" && found > 0) return found;
    problems.push(`${name} must be a number above 0`);
    return fallback;
  };
  const settings: MachineSettings = {
    instance: textOf("instance"),
    imageDirectory: textOf("imageDirectory"),
    lxcfsDirectory: textOf("lxcfsDirectory"),
    cpuQuotaPercentByVcpu: parseQuota(
      field("cpuQuotaPercentByVcpu") ?? machineDefaults.cpuQuotaPercentByVcpu,
      problems,
    ),
    minimumMemoryMib: numberOf("minimumMemoryMib", machineDefaults.minimumMemoryMib),
    bootDeadlineMs: numberOf("bootDeadlineMs", machineDefaults.bootDeadlineMs),
  };
  if (problems.length > 0) throw new Error(`machines.json: ${problems.join("; ")}`);
  return settings;
}

export async function readMachineSettings(stateDirectory: string): Promise<MachineSettings> {
  return parseMachineSettings(await readFile(`${stateDirectory}/machines.json`, "utf8"));
}

function parseQuota(value: unknown, problems: string[]): Readonly<Record<string, number>> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const good = entries.every(
    ([count, percent]) =>
      /^[1-9]\d*$/.test(count) && typeof percent === "number" && percent >= 5 && percent <= 1600,
  );
  if (entries.length === 0 || !good) {
    problems.push("cpuQuotaPercentByVcpu must map vcpu counts to 5-1600 per cent");
    return {};
  }
  return Object.fromEntries(entries.map(([count, percent]) => [count, Number(percent)]));
}
