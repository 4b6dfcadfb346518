import {
  ErrorBody,
  PauseBody,
  PauseView,
  ProtectionBody,
  ProtectionView,
  SizeBody,
  SizeView,
} from "@autoscaler/contracts";
import { HttpError } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Operations } from "../loop/operations.ts";

const HOUR_SECONDS = 3_600;
const lifted = { 204: Type.Null(), "4xx": ErrorBody };

/** What an operator sets for a while. */
export const poolSettingsRoutes: FastifyPluginAsyncTypebox<{ readonly operations: Operations }> = async (
  app,
  { operations },
) => {
  app.put(
    "/pause",
    { schema: { body: PauseBody, response: { 200: PauseView, "4xx": ErrorBody } } },
    async (request) => {
      const { direction, reason, forSeconds = HOUR_SECONDS } = request.body;
      const pause = operations.pause({ direction, reason, forMs: forSeconds * 1000 });
      request.log.info({ event: "pause.set", ...pause }, "an operator paused the pool");
      return pause;
    },
  );
  app.delete("/pause", { schema: { response: lifted } }, async (request, reply) => {
    operations.resume();
    request.log.info({ event: "pause.lifted" }, "an operator lifted the pause");
    return reply.code(204).send(null);
  });

  // Shrinking to an exact size waits until the load allows it.
  app.put(
    "/size",
    { schema: { body: SizeBody, response: { 200: SizeView, "4xx": ErrorBody } } },
    async (request) => {
      const { size, forSeconds = HOUR_SECONDS } = request.body;
      const { minSize, maxSize } = operations.pool();
      if (size < minSize || size > maxSize) {
        const message = `size must be from ${minSize} to ${maxSize}, the policy's limits`;
        throw new HttpError(400, "SIZE_OUT_OF_RANGE", message);
      }
      const manual = operations.setSize({ size, forMs: forSeconds * 1000 });
      request.log.info({ event: "manual.size_set", ...manual }, "an operator set the size");
      return manual;
    },
  );
  app.delete("/size", { schema: { response: lifted } }, async (request, reply) => {
    operations.clearSize();
    request.log.info({ event: "manual.size_cleared" }, "the policy decides the size again");
    return reply.code(204).send(null);
  });

  // The pool does not shrink by a protected clone; it is still replaced when it is dead.
  const params = Type.Object({ pool: Type.String(), server: Type.String() });
  const protect = (server: string, forSeconds: number) => {
    const protectedUntilMs = operations.protect(server, forSeconds * 1000);
    if (protectedUntilMs !== undefined) return { server, protectedUntilMs };
    const message = `there is no clone ${server} in the pool; the seed is never removed`;
    throw new HttpError(404, "SERVER_UNKNOWN", message);
  };
  app.put(
    "/servers/:server/protection",
    { schema: { params, body: ProtectionBody, response: { 200: ProtectionView, "4xx": ErrorBody } } },
    async (request) => {
      const kept = protect(request.params.server, request.body.forSeconds ?? 24 * HOUR_SECONDS);
      request.log.info({ event: "server.protected", ...kept }, "an operator protects a server");
      return kept;
    },
  );
  app.delete(
    "/servers/:server/protection",
    { schema: { params, response: lifted } },
    async (request, reply) => {
      const { server } = protect(request.params.server, 0);
      request.log.info({ event: "server.unprotected", server }, "the protection of a server is lifted");
      return reply.code(204).send(null);
    },
  );
};
