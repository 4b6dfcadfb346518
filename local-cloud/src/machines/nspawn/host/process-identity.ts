import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's boot to the process's start (field 22 of `/proc/PID/stat`). */
  readonly startTicks: string;
  readonly bootId: string;
}

export interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly parentPid: number;
  readonly startTicks: string;
  /** CPU used by all its threads, in ticks of 10 ms. */
  readonly cpuTicks: number;
}

/** Reads a line of `/proc/PID/stat`; the name in it may hold spaces and brackets. */
export function parseStat(line: string): ProcessStat | undefined {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  const pid = Number(line.slice(0, open).trim());
  const fields = line
    .slice(close + 1)
    .trim()
    .split(/\s+/);
  const [state, parentPid] = fields;
  const startTicks = fields[19];
  if (open < 1 || close < open || !Number.isInteger(pid) || pid < 1) return undefined;
  if (state === undefined || parentPid === undefined || startTicks === undefined) return undefined;
  return {
    pid,
    state,
    parentPid: Number(parentPid),
    startTicks,
    cpuTicks: Number(fields[11]) + Number(fields[12]),
  };
}

/** The form in which `RECORD_SELF` writes an identity: boot id, then the stat line. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const [bootId, line] = text.trim().split("\n");
  const stat = line === undefined ? undefined : parseStat(line);
  if (bootId === undefined || stat === undefined) return undefined;
  return { pid: stat.pid, startTicks: stat.startTicks, bootId: bootId.trim() };
}

/** Shell text: writes the shell's own identity, which a following `exec` keeps, into the file `$1`. */
export const RECORD_SELF = 'cat /proc/sys/kernel/random/boot_id /proc/$$/stat >"$1.new" && mv "$1.new" "$1"';

export async function readIdentity(file: string): Promise<ProcessIdentity | undefined> {
  return readFile(file, "utf8").then(parseIdentity, () => undefined);
}

export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  return stat === undefined ? undefined : { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** A zombie counts as gone: it holds nothing any more. */
export function isAlive(identity: ProcessIdentity): boolean {
  const stat = statOf(identity.pid);
  if (stat === undefined || stat.state === "Z" || stat.state === "X") return false;
  return stat.startTicks === identity.startTicks && bootId() === identity.bootId;
}

/** 0 when it is gone. */
export function cpuSeconds({ pid }: Pick<ProcessIdentity, "pid">): number {
  return (statOf(pid)?.cpuTicks ?? 0) / 100;
}

/** Sends a signal to exactly this process; false when it is gone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Resolves true as soon as the process is gone, false at the deadline. */
export async function waitUntilGone(identity: ProcessIdentity, deadlineMs: number): Promise<boolean> {
  const endMs = performance.now() + deadlineMs;
  while (isAlive(identity)) {
    if (performance.now() > endMs) return false;
    await delay(50);
  }
  return true;
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
