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
  /** Sets the wall clock by so much, as NTP or an operator does; who sleeps does not notice. */
  jump(ms: number): void;
  sleeperCount(): number;
}

interface Sleeper {
  /** On the monotonic time line. */
  readonly atMs: number;
  readonly wake: () => void;
}

export interface FakeClockOptions {
  /** Waits until what was woken has done its work; by default promise chains and pending callbacks get a turn. */
  readonly settle?: () => Promise<void>;
}

/** A clock that stands still until a test moves it. */
export function createFakeClock(startMs = 0, { settle = giveTurns }: FakeClockOptions = {}): FakeClock {
  let elapsedMs = 0;
  let offsetMs = startMs;
  const sleepers = new Set<Sleeper>();
  const nextSleeper = (endMs: number) => {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers)
      if (sleeper.atMs <= endMs && sleeper.atMs < (next?.atMs ?? Number.POSITIVE_INFINITY)) next = sleeper;
    return next;
  };

  return {
    nowMs: () => offsetMs + elapsedMs,
    sleeperCount: () => sleepers.size,
    jump(ms) {
      offsetMs += ms;
    },
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        const sleeper: Sleeper = { atMs: elapsedMs + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", abort, { once: true });
      }),
    async advance(ms) {
      const endMs = elapsedMs + ms;
      await settle();
      for (let next = nextSleeper(endMs); next !== undefined; next = nextSleeper(endMs)) {
        elapsedMs = Math.max(elapsedMs, next.atMs);
        next.wake();
        await settle();
      }
      elapsedMs = endMs;
      await settle();
    },
  };
}

/** Gives promise chains and pending I/O callbacks a turn. */
async function giveTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
