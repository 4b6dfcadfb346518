import { ErrorBody } from "@autoscaler/contracts";
import { requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { OperatorRoutesOptions } from "./pools.ts";
import { refuseUnknownPool } from "./unknown-pool.ts";

const PauseBody = Type.Object(
  {
    direction: Type.Union([Type.Literal("up"), Type.Literal("down"), Type.Literal("both")]),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    /** One hour if left out, a week at most: a forgotten pause ends by itself. */
    forSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
  },
  { additionalProperties: false },
);

const PauseView = Type.Object({
  direction: Type.String(),
  reason: Type.String(),
  sinceMs: Type.Number(),
  untilMs: Type.Number(),
});

const PoolParams = Type.Object({ pool: Type.String() });
const DEFAULT_SECONDS = 3_600;

export const pauseRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (
  app,
  { operatorToken, operations },
) => {
  app.addHook("onRequest", requireBearer(operatorToken));

  app.put(
    "/v1/pools/:pool/pause",
    { schema: { params: PoolParams, body: PauseBody, response: { 200: PauseView, "4xx": ErrorBody } } },
    async (request) => {
      refuseUnknownPool(operations, request.params.pool);
      const { direction, reason, forSeconds = DEFAULT_SECONDS } = request.body;
      const pause = operations.pause({ direction, reason, forMs: forSeconds * 1000 });
      request.log.info({ event: "pause.set", ...pause }, "an operator paused the pool");
      return pause;
    },
  );
  app.delete(
    "/v1/pools/:pool/pause",
    { schema: { params: PoolParams, response: { 204: Type.Null(), "4xx": ErrorBody } } },
    async (request, reply) => {
      refuseUnknownPool(operations, request.params.pool);
      operations.resume();
      request.log.info({ event: "pause.lifted" }, "an operator lifted the pause");
      return reply.code(204).send(null);
    },
  );
};
