import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { startDetached } from "./host/detached.ts";
import { unmountUnder } from "./host/mounts.ts";
import { effortOf, waitWhileItMoves } from "./host/patience.ts";
import { isAlive } from "./host/process-identity.ts";

export interface LxcfsOptions {
  /** Where it is mounted; made if missing. */
  readonly directory: string;
  readonly stateDirectory: string;
  readonly cgroupFiles: readonly string[];
}

/**
 * Starts the file system that tells each machine only of its own share. It must never be bound over the
 * host's own /proc: it reads that itself and would wait for itself for ever.
 *
 * @throws when it ends, or does nothing for 10 s.
 */
export async function startLxcfs({ directory, stateDirectory, cgroupFiles }: LxcfsOptions): Promise<void> {
  await mkdir(directory, { recursive: true });
  await unmountUnder(directory);
  const identity = await startDetached({
    command: ["lxcfs", "-f", "-p", `${stateDirectory}/lxcfs.pid`, "--enable-cfs", "-l", directory],
    logFile: `${stateDirectory}/lxcfs.log`,
    identityFile: `${stateDirectory}/lxcfs.process`,
    cgroupFiles,
  });
  await waitWhileItMoves({
    failure: `lxcfs does not answer, see ${stateDirectory}/lxcfs.log,`,
    limitMs: 10_000,
    pollMs: 50,
    async look() {
      if (existsSync(`${directory}/proc/stat`)) return { value: undefined };
      if (!isAlive(identity)) throw new Error(`lxcfs did not start, see ${stateDirectory}/lxcfs.log`);
      return { seen: effortOf(identity) };
    },
  });
}
