export type RunOutcome<Result> =
  | { readonly kind: "done"; readonly result: Result }
  /** All places are taken: the job was not and will not be started. */
  | { readonly kind: "full" }
  /** The caller lost interest while the job was waiting; it was not started. */
  | { readonly kind: "aborted" };

export interface BoundedQueue<Job, Result> {
  /** First come, first served. Rejects only when `perform` does. */
  run(job: Job, signal?: AbortSignal): Promise<RunOutcome<Result>>;
  waitingCount(): number;
  runningCount(): number;
}

export interface BoundedQueueOptions<Job, Result> {
  readonly concurrency: number;
  /** How many jobs may wait while all of `concurrency` run. */
  readonly limit: number;
  readonly perform: (job: Job) => Promise<Result>;
}

/**
 * Runs jobs a few at a time and sheds what it could only make late: past the limit an early "no" helps
 * the caller and the load balancer more than a place at the end of a long queue.
 */
export function createBoundedQueue<Job, Result>(
  options: BoundedQueueOptions<Job, Result>,
): BoundedQueue<Job, Result> {
  const waiting = new Set<() => void>();
  let runningCount = 0;

  const place = (signal: AbortSignal | undefined) =>
    new Promise<"ready" | "aborted">((resolve) => {
      const start = () => {
        signal?.removeEventListener("abort", leave);
        resolve("ready");
      };
      const leave = () => {
        waiting.delete(start);
        resolve("aborted");
      };
      signal?.addEventListener("abort", leave, { once: true });
      waiting.add(start);
    });

  /** The place of a finished job goes straight to the next one, so a newcomer cannot overtake. */
  const passOn = () => {
    const [next] = waiting;
    if (next === undefined) {
      runningCount -= 1;
    } else {
      waiting.delete(next);
      next();
    }
  };

  return {
    async run(job, signal) {
      if (signal?.aborted) return { kind: "aborted" };
      if (runningCount < options.concurrency) {
        runningCount += 1;
      } else {
        if (waiting.size >= options.limit) return { kind: "full" };
        if ((await place(signal)) === "aborted") return { kind: "aborted" };
      }
      try {
        return { kind: "done", result: await options.perform(job) };
      } finally {
        passOn();
      }
    },
    waitingCount: () => waiting.size,
    runningCount: () => runningCount,
  };
}
