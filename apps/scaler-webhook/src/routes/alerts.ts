import { ErrorBody } from "@autoscaler/contracts";
import { requireBearer } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { AlertBody, readAlert } from "./read-alert.ts";

export interface AlertRoutesOptions {
  readonly webhookToken: string;
  readonly wake: (reason: string) => void;
  readonly alerted: (outcome: string) => void;
}

export const alertRoutes: FastifyPluginAsyncTypebox<AlertRoutesOptions> = async (app, options) => {
  app.addHook("onRequest", requireBearer(options.webhookToken));
  app.post(
    "/v1/alerts",
    {
      schema: {
        body: AlertBody,
        response: { 202: Type.Object({ woken: Type.Boolean(), reason: Type.String() }), "4xx": ErrorBody },
      },
    },
    async (request, reply) => {
      const reading = readAlert(request.body);
      options.alerted(reading.reason);
      const event = reading.woken ? "alert.received" : "alert.ignored";
      request.log.info({ event, reason: reading.reason, alertCount: request.body.alerts.length }, "alert");
      if (reading.woken) options.wake("alert");
      return reply.code(202).send(reading);
    },
  );
};
