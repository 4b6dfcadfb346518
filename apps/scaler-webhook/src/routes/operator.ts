import { ErrorBody, PoolView, StepBody, StepView } from "@autoscaler/contracts";
import { HttpError, requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Operations } from "../loop/operations.ts";
import { poolRoutes } from "./pool.ts";
import { poolSettingsRoutes } from "./pool-settings.ts";

export interface OperatorRoutesOptions {
  readonly operatorToken: string;
  readonly operations: Operations;
}

/** All that needs the operator's token; below the pool's own path only the pool of this scaler is known. */
export const operatorRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (
  app,
  { operatorToken, operations },
) => {
  app.addHook("onRequest", requireBearer(operatorToken));

  app.get(
    "/v1/pools",
    { schema: { response: { 200: Type.Array(PoolView), "4xx": ErrorBody } } },
    async () => [operations.pool()],
  );

  const step = { body: StepBody, response: { 202: StepView, "4xx": ErrorBody } };
  app.post("/v1/scale-up", { schema: step }, async (request, reply) => {
    const taken = operations.stepUp();
    const { requestedSize } = taken;
    request.log.info({ event: "manual.step_up", requestedSize }, "an operator asked for one more");
    return reply.code(202).send(taken);
  });
  app.post("/v1/scale-down", { schema: step }, async (request, reply) => {
    const taken = operations.stepDown();
    const { requestedSize } = taken;
    request.log.info({ event: "manual.step_down", requestedSize }, "an operator asked for one less");
    return reply.code(202).send(taken);
  });

  app.register(
    async (pool) => {
      pool.addHook<{ Params: { pool: string } }>("onRequest", async ({ params }) => {
        if (params.pool === operations.poolName) return;
        const message = `there is no such pool here; this scaler runs ${operations.poolName}`;
        throw new HttpError(404, "POOL_UNKNOWN", message);
      });
      pool.register(poolRoutes, { operations });
      pool.register(poolSettingsRoutes, { operations });
    },
    { prefix: "/v1/pools/:pool" },
  );
};
