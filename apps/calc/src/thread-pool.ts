import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface ThreadPool<Job, Result> {
  /** Runs one job on a free thread. Call it for at most `threadCount` jobs at once. */
  perform(job: Job): Promise<Result>;
  close(): Promise<void>;
}

export interface ThreadPoolOptions {
  /** The thread's file: answers each message with exactly one. */
  readonly workerUrl: URL;
  readonly threadCount: number;
}

/**
 * Threads that are started once and reused. One that dies fails the job it had and nothing else; its
 * replacement starts with the next job, so a broken file cannot become a loop of restarts.
 */
export function createThreadPool<Job, Result>(options: ThreadPoolOptions): ThreadPool<Job, Result> {
  const all = new Set<Worker>();
  const idle: Worker[] = [];

  const start = () => {
    const worker = new Worker(options.workerUrl);
    all.add(worker);
    worker.on("error", () => undefined); // `perform` reports it; without a listener it would end the process
    worker.once("exit", () => {
      all.delete(worker);
      const at = idle.indexOf(worker);
      if (at !== -1) idle.splice(at, 1);
    });
    return worker;
  };
  for (let count = 0; count < options.threadCount; count += 1) idle.push(start());

  return {
    async perform(job) {
      const worker = idle.shift() ?? start();
      const settled = new AbortController();
      const { signal } = settled;
      const answered = once(worker, "message", { signal }).then(([result]) => result as Result);
      const died = once(worker, "exit", { signal }).then(([code]): never => {
        throw new Error(`the worker thread ended with code ${String(code)}`);
      });
      worker.postMessage(job);
      try {
        const result = await Promise.race([answered, died]);
        idle.push(worker);
        return result;
      } finally {
        settled.abort();
        await Promise.allSettled([answered, died]);
      }
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}
