import { type FastifyPluginAsyncTypebox, Type } from "@fastify/type-provider-typebox";
import { checkNumber } from "./calculation.ts";
import type { CalculationPool } from "./calculation-pool.ts";
import type { Metrics } from "./metrics.ts";

export interface CalculateRoutesOptions {
  readonly pool: CalculationPool;
  readonly metrics: Metrics;
}

/** `Retry-After` of a full queue: by then a queue of the default length is a good part shorter. */
const RETRY_AFTER_SECONDS = 2;

const Refusal = Type.Object({ code: Type.String(), message: Type.String(), error: Type.String() });
const Result = Type.Object({
  input: Type.Number(),
  pbkdf2Hash: Type.String(),
  scryptHash: Type.String(),
});

export const calculateRoutes: FastifyPluginAsyncTypebox<CalculateRoutesOptions> = async (app, options) => {
  const { pool, metrics } = options;

  app.addHook("onRequest", async (_request, reply) => {
    metrics.inFlight.inc();
    const stop = metrics.durationSeconds.startTimer();
    reply.raw.once("close", () => {
      metrics.inFlight.dec();
      const answered = reply.raw.writableFinished;
      metrics.requests.inc({ status: answered ? String(reply.statusCode) : "aborted" });
      if (answered) stop();
    });
  });

  app.post(
    "/calculate",
    {
      schema: {
        body: Type.Object({ number: Type.Optional(Type.Unknown()) }),
        response: { 200: Result, "4xx": Refusal, 503: Refusal },
      },
    },
    async (request, reply) => {
      const checked = checkNumber(request.body.number);
      if (checked.kind === "invalid") return reply.code(400).send(refusal(checked.code, checked.message));

      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const outcome = await pool.run(checked.number, gone.signal);
      switch (outcome.kind) {
        case "done":
          return reply.send(outcome.result);
        case "full":
          return reply
            .code(503)
            .header("retry-after", RETRY_AFTER_SECONDS)
            .send(
              refusal("QUEUE_FULL", `too many requests wait here, try again in ${RETRY_AFTER_SECONDS} s`),
            );
        case "aborted":
          return reply.hijack(); // the connection is gone, nobody reads an answer
      }
    },
  );
};

/** `error` is what the article's clients read, `code` and `message` are those of all our servers. */
export function refusal(code: string, message: string) {
  return { code, message, error: message };
}
