import { processesInNamespace, removeNamespace } from "../../network/namespace.ts";
import { detectCgroups } from "./detect-cgroups.ts";
import { unmountUnder } from "./host/mounts.ts";
import { waitWhileItMoves } from "./host/patience.ts";
import type { Instance } from "./instance.ts";

const LIMIT_MS = 15_000;

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
  await waitWhileItMoves({
    failure: "processes of the local cloud cannot be ended",
    limitMs: LIMIT_MS,
    pollMs: 50,
    async look() {
      const pids = (await list()).filter((pid) => pid !== process.pid && pid > 1);
      if (pids.length === 0) return { value: undefined };
      for (const pid of pids) kill(pid);
      return { seen: `the numbers ${pids.join(", ")}` };
    },
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended meanwhile
  }
}
