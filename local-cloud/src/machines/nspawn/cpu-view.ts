/** CPU time that a machine has used since its start. */
export interface CpuTimes {
  readonly userUs: number;
  readonly systemUs: number;
}

/** What a machine is shown of its CPU: used and idle time together grow by its share of a core. */
export interface CpuView extends CpuTimes {
  readonly idleUs: number;
  /** All that its share has come to; used time may be ahead of it by a part of a scheduling period. */
  readonly allowedUs: number;
}

export const emptyCpuView: CpuView = { userUs: 0, systemUs: 0, idleUs: 0, allowedUs: 0 };

/** The view some time later. No counter ever runs backwards, which monitoring would take for a restart. */
export function nextCpuView(
  view: CpuView,
  { userUs, systemUs }: CpuTimes,
  { elapsedUs, percent }: { readonly elapsedUs: number; readonly percent: number },
): CpuView {
  const allowedUs = view.allowedUs + (elapsedUs * percent) / 100;
  const used = { userUs: Math.max(view.userUs, userUs), systemUs: Math.max(view.systemUs, systemUs) };
  return { ...used, allowedUs, idleUs: Math.max(view.idleUs, allowedUs - used.userUs - used.systemUs) };
}

/** A machine sees whole CPUs: the least number that its share fits in. */
function cpuCount(percent: number): number {
  return Math.max(1, Math.ceil(percent / 100));
}

const TICK_US = 10_000;
/** The sum and the ten kinds: node_exporter refuses the whole file when one is missing. */
const SOFT_INTERRUPTS = `softirq ${Array(11).fill(0).join(" ")}`;
/** Lines of the host's file that only ever grow, so that a text written over an older one covers it. */
const HOST_LINES = /^(?:ctxt|btime|processes) .*$/gm;

/** Text of the machine's /proc/stat. */
export function statText({ userUs, systemUs, idleUs }: CpuView, percent: number, hostStat: string): string {
  const count = cpuCount(percent);
  const line = (name: string, part: number) => {
    const [user, system, idle] = [userUs, systemUs, idleUs].map((us) => Math.floor(us / TICK_US / part));
    return `${name} ${user} 0 ${system} ${idle} 0 0 0 0 0 0`;
  };
  const cpus = Array.from({ length: count }, (_, index) => line(`cpu${index}`, count));
  const host = hostStat.match(HOST_LINES) ?? [];
  const rest = ["intr 0", ...host, "procs_running 1", "procs_blocked 0", SOFT_INTERRUPTS];
  return `${[line("cpu ", 1), ...cpus, ...rest].join("\n")}\n`;
}

/** The view that a text of `statText` shows, to the tick; empty for any other text. */
export function parseStatText(text: string): CpuView {
  const [, user, system, idle] = /^cpu {2}(\d+) 0 (\d+) (\d+) /.exec(text) ?? [];
  const [userUs = 0, systemUs = 0, idleUs = 0] = [user, system, idle].map(
    (ticks) => Number(ticks ?? 0) * TICK_US,
  );
  return { userUs, systemUs, idleUs, allowedUs: userUs + systemUs + idleUs };
}

/** Text of the machine's /proc/cpuinfo: the first of the host's CPUs, as many as it may use. */
export function cpuInfoText(percent: number, hostCpuInfo: string): string {
  const blocks = hostCpuInfo.split("\n\n").filter((block) => block.trim() !== "");
  return `${blocks.slice(0, cpuCount(percent)).join("\n\n")}\n\n`;
}

/** Reads the text of a group's `cpu.stat`. */
export function parseCpuStat(text: string): CpuTimes {
  const field = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return { userUs: field("user_usec"), systemUs: field("system_usec") };
}
