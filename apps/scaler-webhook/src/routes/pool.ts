import { DecisionDetail, DecisionView, ErrorBody, ServerView } from "@autoscaler/contracts";
import { HttpError } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Operations } from "../loop/operations.ts";

const Id = Type.String({ pattern: "^[0-9]{1,15}$" });

/** What the pool is and has decided. */
export const poolRoutes: FastifyPluginAsyncTypebox<{ readonly operations: Operations }> = async (
  app,
  { operations },
) => {
  app.get(
    "/servers",
    { schema: { response: { 200: Type.Array(ServerView), "4xx": ErrorBody } } },
    async () => [...operations.servers()],
  );

  app.get(
    "/decisions/:id",
    {
      schema: {
        params: Type.Object({ pool: Type.String(), id: Id }),
        response: { 200: DecisionDetail, "4xx": ErrorBody },
      },
    },
    async ({ params: { pool, id } }) => {
      const stored = operations.decision(Number(id));
      if (stored === undefined)
        throw new HttpError(404, "DECISION_UNKNOWN", `there is no decision ${id} (any more)`);
      return { pool, ...stored };
    },
  );

  app.get(
    "/decisions",
    {
      schema: {
        querystring: Type.Object(
          {
            limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,3}$" })),
            sinceId: Type.Optional(Id),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Array(DecisionView), "4xx": ErrorBody },
      },
    },
    async ({ query: { limit = "50", sinceId = "0" } }) => [
      ...operations.decisions({ limit: Math.min(1_000, Number(limit)), sinceId: Number(sinceId) }),
    ],
  );
};
