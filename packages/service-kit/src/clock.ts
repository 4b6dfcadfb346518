import { setTimeout as delay } from "node:timers/promises";

/** Time as a dependency: rules and loops never read the machine's clock by themselves. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

export interface FakeClock extends Clock {
  /** Moves time forward in order of the sleepers' deadlines and lets their continuations run. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export function createFakeClock(startMs = 0): FakeClock {
  let nowMs = startMs;
  let sleepers: readonly Sleeper[] = [];

  return {
    nowMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper: Sleeper = { atMs: nowMs + ms, wake: resolve };
        sleepers = [...sleepers, sleeper];
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    async advance(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = sleepers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((other) => other !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await settle();
      }
      nowMs = endMs;
      await settle();
    },
  };
}

/** Gives promise chains and pending I/O callbacks a turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
