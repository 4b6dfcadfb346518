import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, run } from "./host/run-command.ts";

/** What `cp` says of a file that was removed or renamed while it was copying. */
const VANISHED = /: No such file or directory$|: file changed as we read it$|has changed, cannot open$/;

export function isOnlyVanished(stderr: string): boolean {
  const lines = stderr.trim().split("\n");
  return stderr.trim() !== "" && lines.every((line) => VANISHED.test(line));
}

/**
 * Copies a disk that is in use: like a snapshot taken without asking the guest. Owners, modes, extended
 * attributes and the overlay's own marks come along.
 *
 * @throws when anything but a vanished file kept it from being complete.
 */
export async function copyDisk(sourceUpper: string, targetUpper: string): Promise<void> {
  try {
    await run(["cp", "--archive", "--reflink=auto", "--one-file-system", `${sourceUpper}/.`, targetUpper]);
  } catch (error) {
    if (!(error instanceof CommandError) || !isOnlyVanished(error.stderr)) throw error;
  }
  // without it, cloud-init compares the seed's instance id with nothing and takes the machine for a new one
  await rm(join(targetUpper, "var/lib/cloud/instance"), { force: true });
}
