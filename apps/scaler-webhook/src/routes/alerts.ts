import { ErrorBody } from "@autoscaler/contracts";
import { HttpError, parseJson } from "@autoscaler/service-kit";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import {
  type AlertRefusal,
  createAlertGate,
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
} from "./authenticate-alert.ts";
import { AlertBody, asksToGrow, readAlert, wellFormed } from "./read-alert.ts";

export interface AlertRoutesOptions {
  readonly poolName: string;
  readonly webhookToken: string;
  readonly webhookHmacKey: string;
  readonly nowMs: () => number;
  readonly wake: (reason: string) => void;
  /** An authenticated alert says that the load is high. */
  readonly noteUpAlert: () => void;
  readonly alerted: (outcome: string) => void;
}

/** Grafana sends all alerts of a group in one body, about 2 kB each. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

const REFUSALS: Readonly<Record<AlertRefusal, string>> = {
  UNAUTHORIZED: "send the header Authorization: Bearer <token>, or sign the body",
  SIGNATURE_INVALID: `${SIGNATURE_HEADER} must be the hex HMAC-SHA256 of <timestamp>:<body> with the key both sides hold`,
  TIMESTAMP_INVALID: `${TIMESTAMP_HEADER} must hold the present Unix time in seconds; is the sender's clock right?`,
  REPLAYED: "this very message was received before",
};

export const alertRoutes: FastifyPluginAsyncTypebox<AlertRoutesOptions> = async (app, options) => {
  const gate = createAlertGate({
    token: options.webhookToken,
    hmacKey: options.webhookHmacKey,
    nowMs: options.nowMs,
  });
  const refuse = (request: FastifyRequest, code: AlertRefusal): never => {
    request.log.warn({ event: "alert.refused", code }, "refused an alert");
    options.alerted("refused");
    throw new HttpError(401, code, REFUSALS[code]);
  };

  // The signature is over the bytes, so they are parsed only behind it.
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  app.addHook("onRequest", async (request) => {
    if (!gate.mayPass(credentialsOf(request))) refuse(request, "UNAUTHORIZED");
  });
  app.addHook("preValidation", async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const refusal = gate.refusalOf(credentialsOf(request), body);
    if (refusal !== undefined) refuse(request, refusal);
    request.body = parseJson(body.toString("utf8"));
    if (request.body === undefined) throw new HttpError(400, "BODY_INVALID", "the body is not JSON");
  });

  app.post(
    "/v1/alerts",
    {
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        body: AlertBody,
        response: { 202: Type.Object({ woken: Type.Boolean(), reason: Type.String() }), "4xx": ErrorBody },
      },
    },
    async (request, reply) => {
      const alerts = wellFormed(request.body);
      if (alerts === undefined)
        throw new HttpError(400, "BODY_INVALID", "no alert of the body has a status and labels");
      const reading = readAlert(alerts);
      options.alerted(reading.reason);
      const event = reading.woken ? "alert.received" : "alert.ignored";
      request.log.info({ event, reason: reading.reason, alertCount: alerts.alerts.length }, "alert");
      if (asksToGrow(alerts, options.poolName)) options.noteUpAlert();
      if (reading.woken) options.wake("alert");
      return reply.code(202).send(reading);
    },
  );
};

function credentialsOf({ headers }: FastifyRequest) {
  const one = (name: string) => [headers[name]].flat()[0];
  return {
    authorization: headers.authorization,
    signature: one(SIGNATURE_HEADER),
    timestamp: one(TIMESTAMP_HEADER),
  };
}
