import { Piscina } from "piscina";
import type { CalculationResult } from "./calculation.ts";

export type RunOutcome =
  | { readonly kind: "done"; readonly result: CalculationResult }
  /** All places are taken: the calculation was not and will not be started. */
  | { readonly kind: "full" }
  /** The caller lost interest: off the queue, or cut off on its thread. */
  | { readonly kind: "aborted" };

export interface CalculationPool {
  /** First come, first served. Rejects only when the calculation itself fails. */
  run(number: number, signal?: AbortSignal): Promise<RunOutcome>;
  waitingCount(): number;
  runningCount(): number;
}

export interface CalculationThreads extends CalculationPool {
  close(): Promise<void>;
}

export interface CalculationPoolOptions {
  /** The thread's file; exports `calculate`. */
  readonly workerUrl: URL;
  readonly threadCount: number;
  /** How many calculations may wait while all threads work. */
  readonly queueLimit: number;
}

/**
 * Threads that calculate, behind a queue that sheds what it could only answer late: past the limit an early
 * "no" helps the caller and the load balancer more than a place at the end of a long queue.
 *
 * The limit is counted here: Piscina's own `maxQueue` does not hold for tasks with an abort signal (5.3.2).
 */
export function createCalculationPool(options: CalculationPoolOptions): CalculationThreads {
  const { workerUrl, threadCount, queueLimit } = options;
  const threads = new Piscina({
    filename: workerUrl.href,
    name: "calculate",
    minThreads: threadCount,
    maxThreads: threadCount,
  });
  let insideCount = 0;

  return {
    async run(number, signal) {
      if (signal?.aborted) return { kind: "aborted" };
      if (insideCount >= threadCount + queueLimit) return { kind: "full" };
      insideCount += 1;
      try {
        return { kind: "done", result: await threads.run(number, signal === undefined ? {} : { signal }) };
      } catch (error) {
        if (signal?.aborted) return { kind: "aborted" };
        throw error;
      } finally {
        insideCount -= 1;
      }
    },
    waitingCount: () => Math.max(0, insideCount - threadCount),
    runningCount: () => Math.min(insideCount, threadCount),
    close: () => threads.close({ force: true }),
  };
}
