import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { startDetached } from "./host/detached.ts";
import { unmountUnder } from "./host/mounts.ts";

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
 * @throws when it does not answer within 10 s.
 */
export async function startLxcfs({ directory, stateDirectory, cgroupFiles }: LxcfsOptions): Promise<void> {
  await mkdir(directory, { recursive: true });
  await unmountUnder(directory);
  await startDetached({
    command: ["lxcfs", "-f", "-p", `${stateDirectory}/lxcfs.pid`, "--enable-cfs", "-l", directory],
    logFile: `${stateDirectory}/lxcfs.log`,
    identityFile: `${stateDirectory}/lxcfs.process`,
    cgroupFiles,
  });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (existsSync(`${directory}/proc/stat`)) return;
    await delay(50);
  }
  throw new Error(`lxcfs did not start, see ${stateDirectory}/lxcfs.log`);
}
