import { closeOnSignal, createLogger, runMain, systemClock } from "@autoscaler/service-kit";
import { buildApp } from "./app.ts";
import { createBoundedQueue } from "./bounded-queue.ts";
import type { CalculationResult } from "./calculation.ts";
import { parseConfig } from "./config.ts";
import { createThreadPool } from "./thread-pool.ts";

/** The worker lies beside this file: as source, or in the bundle beside `server.mjs`. */
const WORKER_FILE = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.mjs";

await runMain(async () => {
  const config = parseConfig(process.env);
  const log = createLogger({ service: "calc" });
  const threads = createThreadPool<number, CalculationResult>({
    workerUrl: new URL(WORKER_FILE, import.meta.url),
    threadCount: config.workerCount,
  });
  const queue = createBoundedQueue({
    concurrency: config.workerCount,
    limit: config.queueLimit,
    perform: threads.perform,
  });
  let draining = false;
  const app = buildApp({ queue, isDraining: () => draining, log });

  closeOnSignal(
    async () => {
      draining = true;
      await systemClock.sleep(config.drainNoticeMs);
      await app.close(); // waits for the requests inside
      await threads.close();
    },
    { log, deadlineMs: config.drainNoticeMs + config.drainDeadlineMs },
  );
  await app.listen({ host: config.host, port: config.port });
});
