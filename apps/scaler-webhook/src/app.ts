import { httpServerDefaults, type Logger, useErrorBodies } from "@autoscaler/service-kit";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { Metrics } from "./adapters/metrics.ts";
import type { Operations } from "./loop/operations.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { healthRoutes } from "./routes/health.ts";
import { operatorRoutes } from "./routes/operator.ts";
import { statusPageRoute } from "./routes/status-page.ts";

export interface AppDependencies {
  readonly operations: Operations;
  readonly metrics: Metrics;
  /** Asks the loop for an early tick; returns at once. */
  readonly wake: (reason: string) => void;
  readonly nowMs: () => number;
  readonly webhookToken: string;
  readonly webhookHmacKey: string;
  readonly operatorToken: string;
  readonly log: Logger;
}

/** Builds the HTTP side without listening. */
export function buildApp({
  operations,
  metrics,
  wake,
  nowMs,
  webhookToken,
  webhookHmacKey,
  operatorToken,
  log,
}: AppDependencies): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  const app = Fastify({
    ...httpServerDefaults,
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
  });
  useErrorBodies(app);
  app.register(healthRoutes, { operations, metricsText: () => metrics.registry.metrics() });
  app.register(statusPageRoute, { operations, nowMs });
  app.register(alertRoutes, {
    poolName: operations.poolName,
    webhookToken,
    webhookHmacKey,
    nowMs,
    wake,
    noteUpAlert: operations.noteUpAlert,
    alerted: metrics.alerted,
  });
  app.register(operatorRoutes, { operatorToken, operations });
  return app;
}
