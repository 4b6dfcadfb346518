import { lstat, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, type ProcessIdentity } from "./host/process-identity.ts";

const POLL_MS = 250;

export type BootEnd = "booted" | "deadline" | "stopped";

/** Waits until cloud-init in the machine is done, the machine is gone, or the deadline is over. */
export async function waitForBoot(
  machine: ProcessIdentity,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<BootEnd> {
  const endMs = performance.now() + deadlineMs;
  while (isAlive(machine) && !signal.aborted) {
    if (await cloudInitIsDone(machine.pid)) return "booted";
    if (performance.now() > endMs) return "deadline";
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return "stopped";
}

/** Looked at from outside; `container-manager` tells the machine's own root from the host's. */
async function cloudInitIsDone(nspawnPid: number): Promise<boolean> {
  const leader = await leaderOf(nspawnPid);
  if (leader === undefined) return false;
  const run = `/proc/${leader}/root/run`;
  // a link to a file that has this name only inside the machine, so it is not followed
  const found = [`${run}/host/container-manager`, `${run}/cloud-init/result.json`].map((path) => lstat(path));
  return Promise.all(found).then(
    () => true,
    () => false,
  );
}

/** nspawn's only child is the machine's first process. */
async function leaderOf(nspawnPid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${nspawnPid}/task/${nspawnPid}/children`, "utf8").catch(() => "");
  const first = Number(text.trim().split(" ")[0]);
  return first > 0 ? first : undefined;
}
