import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export interface AtomicWriteOptions {
  /** Where the unfinished copy lives; made if missing. Same file system as the target, outside any watched directory. */
  readonly stagingDirectory: string;
  /** Permission bits of the finished file, for example `0o640`. */
  readonly mode: number;
}

/**
 * Replaces a file so that a reader sees the old content or the new one, never a part, and so that the
 * new content survives a power cut once this resolves.
 *
 * @throws the file system's own error; the target is then unchanged, unless the final directory sync
 *   failed, when it is new but maybe not yet durable.
 */
export async function writeFileAtomically(
  target: string,
  content: string,
  options: AtomicWriteOptions,
): Promise<void> {
  const staged = `${options.stagingDirectory}/${randomUUID()}.tmp`;
  await mkdir(options.stagingDirectory, { recursive: true });
  try {
    const file = await open(staged, "wx", options.mode);
    await closing(file, async () => {
      await file.chmod(options.mode); // open() alone would let the umask take bits away
      await file.writeFile(content, "utf8");
      await file.sync();
    });
    await rename(staged, target);
  } catch (error) {
    await rm(staged, { force: true });
    throw error;
  }
  const directory = await open(dirname(target), "r");
  await closing(directory, () => directory.sync());
}

async function closing(handle: FileHandle, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } finally {
    await handle.close();
  }
}
