import { BackendsAcknowledgement, BackendsStatus, BackendsUpdate, ErrorBody } from "@autoscaler/contracts";
import { requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Agent } from "./agent.ts";
import type { Metrics } from "./metrics.ts";

export interface BackendsRoutesOptions {
  readonly agent: Agent;
  readonly metrics: Metrics;
  readonly token: string;
}

export const backendsRoutes: FastifyPluginAsyncTypebox<BackendsRoutesOptions> = async (app, options) => {
  const { agent, metrics } = options;
  const refused = { "4xx": ErrorBody, "5xx": ErrorBody };
  app.addHook("onRequest", requireBearer(options.token));

  app.get("/v1/backends", { schema: { response: { 200: BackendsStatus, ...refused } } }, () =>
    agent.status(),
  );

  app.put(
    "/v1/backends",
    {
      schema: { body: BackendsUpdate, response: { 200: BackendsAcknowledgement, ...refused } },
      onResponse: async (_request, reply) => metrics.updates.inc({ status: String(reply.statusCode) }),
    },
    (request) => agent.update(request.body),
  );
};
