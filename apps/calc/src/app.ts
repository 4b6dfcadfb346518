import { httpServerDefaults, useErrorBodies } from "@autoscaler/service-kit";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { CalculationPool } from "./calculation-pool.ts";
import { createMetrics } from "./metrics.ts";
import { calculateRoutes, refusal } from "./routes.ts";

export interface AppDependencies {
  readonly pool: CalculationPool;
  /** True from SIGTERM on: `/healthz` then tells the load balancer to look elsewhere. */
  readonly isDraining: () => boolean;
  readonly log?: FastifyBaseLogger;
}

/** Builds the service without listening. */
export function buildApp({ pool, isDraining, log }: AppDependencies): FastifyInstance {
  const app = Fastify({
    ...httpServerDefaults,
    logController: new LogController({ disableRequestLogging: true }),
    ...(log === undefined ? {} : { loggerInstance: log }),
  }).withTypeProvider<TypeBoxTypeProvider>();
  const metrics = createMetrics(pool);
  useErrorBodies(app);

  app.addHook("preSerialization", async (_request, _reply, payload: unknown) =>
    isPlainRefusal(payload) ? refusal(payload.code, payload.message) : payload,
  );
  // A kept connection would bring more work to a server that is about to go, and hold up its end.
  app.addHook("onSend", async (_request, reply) => {
    if (isDraining()) reply.header("connection", "close");
  });
  app.register(calculateRoutes, { pool, metrics });

  app.get("/healthz", async (_request, reply) =>
    isDraining() ? reply.code(503).send({ status: "draining" }) : { status: "ok" },
  );
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return app;
}

function isPlainRefusal(payload: unknown): payload is { readonly code: string; readonly message: string } {
  return typeof payload === "object" && payload !== null && "code" in payload && "message" in payload;
}
