import { ErrorBody } from "@autoscaler/contracts";
import { requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { OperatorRoutesOptions } from "./pools.ts";

const Taken = Type.Object({
  pool: Type.String(),
  /** What the loop was asked for; it stays within the policy's limits. */
  requestedSize: Type.Integer(),
  holdsUntilMs: Type.Number(),
  message: Type.String(),
});

/** An alert's body has no business here: it would make a step of each notification. */
const StepBody = Type.Union([
  Type.Null(),
  Type.Object({ reason: Type.Optional(Type.String({ maxLength: 200 })) }, { additionalProperties: false }),
]);

/** A person's step of one server. The loop takes it up, within minimum and maximum. */
export const manualStepRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (app, options) => {
  const { operatorToken, operations } = options;
  app.addHook("onRequest", requireBearer(operatorToken));
  const schema = { body: StepBody, response: { 202: Taken, "4xx": ErrorBody } };

  app.post("/v1/scale-up", { schema }, async (request, reply) => {
    const taken = operations.stepUp();
    request.log.info(
      { event: "manual.step_up", requestedSize: taken.requestedSize },
      "an operator asked for one more",
    );
    return reply.code(202).send(taken);
  });
  app.post("/v1/scale-down", { schema }, async (request, reply) => {
    const taken = operations.stepDown();
    request.log.info(
      { event: "manual.step_down", requestedSize: taken.requestedSize },
      "an operator asked for one less",
    );
    return reply.code(202).send(taken);
  });
};
