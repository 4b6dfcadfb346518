import { httpServerDefaults, useErrorBodies } from "@autoscaler/service-kit";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { type BackendsRoutesOptions, backendsRoutes } from "./routes.ts";

export interface AppDependencies extends BackendsRoutesOptions {
  readonly log?: FastifyBaseLogger;
}

/** Builds the service without listening. */
export function buildApp({ log, ...options }: AppDependencies): FastifyInstance {
  const { registry } = options.metrics;
  const app = Fastify({
    ...httpServerDefaults,
    logController: new LogController({ disableRequestLogging: true }),
    ...(log === undefined ? {} : { loggerInstance: log }),
  });
  useErrorBodies(app);
  app.register(backendsRoutes, options);
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/metrics", async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return app;
}
