import { closeOnSignal, createLogger, runMain, systemClock } from "@autoscaler/service-kit";
import { buildApp } from "./app.ts";
import { createCalculationPool } from "./calculation-pool.ts";
import { parseConfig } from "./config.ts";

/** The worker lies beside this file: as source, or in the bundle beside `server.mjs`. */
const WORKER_FILE = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.mjs";

await runMain(async () => {
  const config = parseConfig(process.env);
  const log = createLogger({ service: "calc" });
  const pool = createCalculationPool({
    workerUrl: new URL(WORKER_FILE, import.meta.url),
    threadCount: config.WORKER_COUNT,
    queueLimit: config.QUEUE_LIMIT,
  });
  let draining = false;
  const app = buildApp({ pool, isDraining: () => draining, log });

  closeOnSignal(
    async () => {
      draining = true;
      await systemClock.sleep(1000 * config.DRAIN_NOTICE_SECONDS);
      await app.close(); // waits for the requests inside
      await pool.close();
    },
    { log, deadlineMs: 1000 * (config.DRAIN_NOTICE_SECONDS + config.DRAIN_DEADLINE_SECONDS) },
  );
  await app.listen({ host: config.HOST, port: config.PORT });
});
