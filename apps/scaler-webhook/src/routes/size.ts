import { ErrorBody } from "@autoscaler/contracts";
import { HttpError, requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { OperatorRoutesOptions } from "./pools.ts";
import { refuseUnknownPool } from "./unknown-pool.ts";

const SizeBody = Type.Object(
  {
    /** The seed counted. */
    size: Type.Integer({ minimum: 1, maximum: 1_000 }),
    /** One hour if left out, a week at most: then the policy decides again. */
    forSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
  },
  { additionalProperties: false },
);
const PoolParams = Type.Object({ pool: Type.String() });
const SizeView = Type.Object({ size: Type.Integer(), untilMs: Type.Number() });
const DEFAULT_SECONDS = 3_600;

/** An exact size by hand. Shrinking to it waits until the load allows it. */
export const sizeRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (
  app,
  { operatorToken, operations },
) => {
  app.addHook("onRequest", requireBearer(operatorToken));

  app.put(
    "/v1/pools/:pool/size",
    { schema: { params: PoolParams, body: SizeBody, response: { 200: SizeView, "4xx": ErrorBody } } },
    async (request) => {
      refuseUnknownPool(operations, request.params.pool);
      const { size, forSeconds = DEFAULT_SECONDS } = request.body;
      const { minSize, maxSize } = operations.pool();
      if (size < minSize || size > maxSize) {
        throw new HttpError(
          400,
          "SIZE_OUT_OF_RANGE",
          `size must be from ${minSize} to ${maxSize}, the policy's limits`,
        );
      }
      const manual = operations.setSize({ size, forMs: forSeconds * 1000 });
      request.log.info({ event: "manual.size_set", ...manual }, "an operator set the size");
      return manual;
    },
  );
  app.delete(
    "/v1/pools/:pool/size",
    { schema: { params: PoolParams, response: { 204: Type.Null(), "4xx": ErrorBody } } },
    async (request, reply) => {
      refuseUnknownPool(operations, request.params.pool);
      operations.clearSize();
      request.log.info({ event: "manual.size_cleared" }, "the policy decides the size again");
      return reply.code(204).send(null);
    },
  );
};
