import { lockedVm } from "./failures.ts";

/** One change of a VM at a time; several clones may read one source. The second call gets 409 at once. */
export interface VmLocks {
  /** @throws {CloudFailure} 409 */
  exclusively<T>(uuid: string, run: () => Promise<T>): Promise<T>;
  /** @throws {CloudFailure} 409 */
  shared<T>(uuid: string, run: () => Promise<T>): Promise<T>;
}

export function createVmLocks(): VmLocks {
  const holders = new Map<string, number>();

  async function hold<T>(uuid: string, exclusive: boolean, run: () => Promise<T>): Promise<T> {
    const count = holders.get(uuid) ?? 0;
    if (exclusive ? count !== 0 : count < 0) throw lockedVm(uuid);
    holders.set(uuid, exclusive ? -1 : count + 1);
    try {
      return await run();
    } finally {
      const left = exclusive ? 0 : (holders.get(uuid) ?? 1) - 1;
      if (left === 0) holders.delete(uuid);
      else holders.set(uuid, left);
    }
  }

  return {
    exclusively: (uuid, run) => hold(uuid, true, run),
    shared: (uuid, run) => hold(uuid, false, run),
  };
}
