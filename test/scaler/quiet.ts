import type { FakeClock } from "@autoscaler/service-kit";

/** Calls that were made and have not come back. */
export interface Pending {
  count: number;
}

/** The object with each of its asynchronous methods counted while it runs. */
export function counted<T extends object>(target: T, pending: Pending): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        pending.count += 1;
        try {
          return await Reflect.apply(value, object, args);
        } finally {
          pending.count -= 1;
        }
      };
    },
  });
}

/** Longer than any answer over the loopback takes; after that time goes on with the call still open. */
const PATIENCE_TURNS = 20_000;

/**
 * Waits until every pending call sleeps on the fake clock, on one side of the wire or the other. Only then
 * may a test move time on; it makes real requests and fake time agree.
 */
export async function untilQuiet(pending: Pending, clocks: () => readonly FakeClock[]): Promise<void> {
  let quietTurns = 0;
  for (let turn = 0; quietTurns < 4 && turn < PATIENCE_TURNS; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    const asleep = clocks().reduce((sum, clock) => sum + clock.sleeperCount(), 0);
    quietTurns = pending.count <= asleep ? quietTurns + 1 : 0;
  }
}
