import { DecisionView, ErrorBody, PoolView, ServerView } from "@autoscaler/contracts";
import { HttpError, requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Operations } from "../loop/operations.ts";
import { refuseUnknownPool } from "./unknown-pool.ts";

export interface OperatorRoutesOptions {
  readonly operatorToken: string;
  readonly operations: Operations;
}

const PoolParams = Type.Object({ pool: Type.String() });
/** With all that went into it, so that it can be decided again. */
const DecisionDetail = Type.Object({
  id: Type.Integer(),
  atMs: Type.Number(),
  pool: Type.String(),
  decision: Type.Unknown(),
});
const refused = { "4xx": ErrorBody };

export const poolRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (
  app,
  { operatorToken, operations },
) => {
  app.addHook("onRequest", requireBearer(operatorToken));

  app.get("/v1/pools", { schema: { response: { 200: Type.Array(PoolView), ...refused } } }, async () => [
    operations.pool(),
  ]);

  app.get(
    "/v1/pools/:pool/servers",
    { schema: { params: PoolParams, response: { 200: Type.Array(ServerView), ...refused } } },
    async (request) => {
      refuseUnknownPool(operations, request.params.pool);
      return [...operations.servers()];
    },
  );

  app.get(
    "/v1/pools/:pool/decisions/:id",
    {
      schema: {
        params: Type.Object({ pool: Type.String(), id: Type.String({ pattern: "^[0-9]{1,15}$" }) }),
        response: { 200: DecisionDetail, ...refused },
      },
    },
    async (request) => {
      const { pool, id } = request.params;
      refuseUnknownPool(operations, pool);
      const stored = operations.decision(Number(id));
      if (stored === undefined)
        throw new HttpError(404, "DECISION_UNKNOWN", `there is no decision ${id} (any more)`);
      return { pool, ...stored };
    },
  );

  app.get(
    "/v1/pools/:pool/decisions",
    {
      schema: {
        params: PoolParams,
        querystring: Type.Object(
          {
            limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,3}$" })),
            sinceId: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Array(DecisionView), ...refused },
      },
    },
    async (request) => {
      const { limit = "50", sinceId = "0" } = request.query;
      refuseUnknownPool(operations, request.params.pool);
      return [...operations.decisions({ limit: Math.min(1_000, Number(limit)), sinceId: Number(sinceId) })];
    },
  );
};
