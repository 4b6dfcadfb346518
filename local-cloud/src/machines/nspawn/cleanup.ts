import { setTimeout as delay } from "node:timers/promises";
import { processesInNamespace, removeNamespace } from "../../network/namespace.ts";
import { detectCgroups } from "./detect-cgroups.ts";
import { unmountUnder } from "./host/mounts.ts";
import type { Instance } from "./instance.ts";

const DEADLINE_MS = 15_000;

/**
 * Takes away all that an instance has on the host but its files: processes in its namespace and cgroups,
 * mounts, cgroups, the namespace. Needs no record of what was started, so it works after any crash.
 *
 * @throws when a process of the instance cannot be ended.
 */
export async function removeTraces(instance: Instance): Promise<void> {
  const cgroups = detectCgroups(instance.name);
  await killAll(async () => [...(await cgroups.processes()), ...(await processesInNamespace(instance.name))]);
  await unmountUnder(instance.stateDirectory);
  await removeNamespace(instance.name);
  await cgroups.remove();
}

async function killAll(list: () => Promise<readonly number[]>): Promise<void> {
  const endMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const pids = (await list()).filter((pid) => pid !== process.pid && pid > 1);
    if (pids.length === 0) return;
    if (performance.now() > endMs) {
      throw new Error(`the processes ${pids.join(", ")} of the local cloud cannot be ended`);
    }
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended meanwhile
      }
    }
    await delay(50);
  }
}
