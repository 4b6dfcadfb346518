import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock that the kernel frees with the process, however it ends: an abstract unix socket.
 *
 * @returns undefined when another process has it.
 */
export async function tryLock(name: string): Promise<Lock | undefined> {
  const server = createServer((socket) => socket.destroy());
  const address = `\0idcloudhost-autoscaler-${createHash("sha256").update(name).digest("hex").slice(0, 24)}`;
  const taken = await new Promise<boolean>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
    server.listen(address, () => resolve(true));
  });
  if (!taken) return undefined;
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Runs `work` while no other process does; `onWait` is called once when it has to wait. */
export async function withLock<T>(name: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  let lock = await tryLock(name);
  if (lock === undefined) onWait();
  while (lock === undefined) {
    await delay(250);
    lock = await tryLock(name);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
