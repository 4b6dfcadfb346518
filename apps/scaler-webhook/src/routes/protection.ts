import { ErrorBody } from "@autoscaler/contracts";
import { HttpError, requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { OperatorRoutesOptions } from "./pools.ts";
import { refuseUnknownPool } from "./unknown-pool.ts";

const ServerParams = Type.Object({ pool: Type.String(), server: Type.String() });
const ProtectionBody = Type.Object(
  { forSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })) },
  { additionalProperties: false },
);
const ProtectionView = Type.Object({ server: Type.String(), protectedUntilMs: Type.Number() });
const DEFAULT_SECONDS = 86_400;

/** A clone that the pool does not shrink by. It is still replaced when it is dead. */
export const protectionRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (
  app,
  { operatorToken, operations },
) => {
  app.addHook("onRequest", requireBearer(operatorToken));
  const url = "/v1/pools/:pool/servers/:server/protection";
  const protect = (server: string, forMs: number) => {
    const protectedUntilMs = operations.protect(server, forMs);
    if (protectedUntilMs !== undefined) return protectedUntilMs;
    throw new HttpError(
      404,
      "SERVER_UNKNOWN",
      `there is no clone ${server} in the pool; the seed is never removed`,
    );
  };

  app.put(
    url,
    {
      schema: {
        params: ServerParams,
        body: ProtectionBody,
        response: { 200: ProtectionView, "4xx": ErrorBody },
      },
    },
    async (request) => {
      const { pool, server } = request.params;
      refuseUnknownPool(operations, pool);
      const protectedUntilMs = protect(server, (request.body.forSeconds ?? DEFAULT_SECONDS) * 1000);
      request.log.info(
        { event: "server.protected", server, protectedUntilMs },
        "an operator protects a server",
      );
      return { server, protectedUntilMs };
    },
  );
  app.delete(
    url,
    { schema: { params: ServerParams, response: { 204: Type.Null(), "4xx": ErrorBody } } },
    async (request, reply) => {
      const { pool, server } = request.params;
      refuseUnknownPool(operations, pool);
      protect(server, 0);
      request.log.info({ event: "server.unprotected", server }, "the protection of a server is lifted");
      return reply.code(204).send(null);
    },
  );
};
