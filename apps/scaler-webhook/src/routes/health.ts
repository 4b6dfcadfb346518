import type { FastifyPluginAsync } from "fastify";
import type { Operations } from "../loop/operations.ts";

export interface HealthRoutesOptions {
  readonly operations: Operations;
  readonly metricsText: () => Promise<string>;
}

export const healthRoutes: FastifyPluginAsync<HealthRoutesOptions> = async (
  app,
  { operations, metricsText },
) => {
  app.get("/healthz", async (_request, reply) => {
    const health = operations.health();
    return reply
      .code(health.isAlive ? 200 : 503)
      .send({ status: health.isAlive ? "ok" : "stuck", ...health });
  });
  app.get("/readyz", async (_request, reply) => {
    const { isReady } = operations.health();
    if (isReady) return { status: "ok" };
    const message =
      "cloud, journal and load balancer are not brought together yet, or ticks fail; see the log";
    return reply.code(503).send({ code: "NOT_READY", message });
  });
  app.get("/metrics", async (_request, reply) =>
    reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText()),
  );
};
