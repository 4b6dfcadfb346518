import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { removeTraces } from "../machines/nspawn/cleanup.ts";
import { tryLock } from "../machines/nspawn/host/exclusive-lock.ts";
import { removeTree } from "../machines/nspawn/host/mounts.ts";
import type { Instance } from "../machines/nspawn/instance.ts";
import { CannotRun } from "./checks.ts";
import { livingOwner } from "./instance-record.ts";

export interface DownOptions {
  readonly instance: Instance;
  /** Also when a living process has the cloud. */
  readonly force: boolean;
}

/**
 * Removes the local cloud: processes, machines, disks, network. Success if there is none. Logs stay until
 * the next `up`.
 *
 * @throws {CannotRun} when another process has it, or another command is at work.
 */
export async function down({ instance, force }: DownOptions): Promise<void> {
  if (process.getuid?.() !== 0) throw new CannotRun("removing the local cloud needs root: run it with sudo");
  const lock = await tryLock(`instance ${instance.name}`);
  if (lock === undefined)
    throw new CannotRun("another local-cloud command is at work: try again when it is done");
  try {
    const owner = force ? undefined : await livingOwner(instance);
    if (owner !== undefined) {
      throw new CannotRun(`the local cloud is in use by process ${owner.pid}: stop that one, or use --force`);
    }
    await takeDown(instance);
  } finally {
    await lock.release();
  }
}

/** The work of `down`, for callers that have the lock. */
export async function takeDown(
  instance: Instance,
  { keepLogs }: { readonly keepLogs: boolean } = { keepLogs: true },
): Promise<void> {
  await removeTraces(instance);
  const names = await readdir(instance.stateDirectory).catch(() => []);
  for (const name of names.filter((each) => !keepLogs || !each.endsWith(".log"))) {
    await removeTree(join(instance.stateDirectory, name));
  }
}
