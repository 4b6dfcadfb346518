import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { rawBodyOf } from "../api/bodies.ts";
import type { CallEffects } from "./fault.ts";
import type { Faults } from "./registry.ts";

/** Lets faults strike the calls of a scope: behind the gateway, around the services. */
export function useCallFaults(app: FastifyInstance, faults: Faults): void {
  const striking = new WeakMap<FastifyRequest, readonly CallEffects[]>();

  app.addHook("preHandler", async (request, reply) => {
    const struck = faults.strikeCall({
      operation: request.routeOptions.config.operation ?? "unknown",
      text: textOf(request),
    });
    if (struck.length === 0) return undefined;
    request.faultNames = struck.map(({ kind }) => kind);
    striking.set(
      request,
      struck.map(({ effects }) => effects),
    );
    for (const { effects } of struck) {
      if ((await effects.before?.()) !== "cut") continue;
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return undefined;
  });

  app.addHook("onSend", async (request, reply, payload) => {
    // A refusal is left alone: these effects are about what has been done.
    const effects = reply.statusCode < 300 ? (striking.get(request) ?? []) : [];
    let answer = typeof payload === "string" ? payload : "";
    for (const { after } of effects) {
      const change = after?.(answer, request.url);
      if (change?.kind === "cut") return cutOff(request, reply, answer, change.sent);
      if (change?.kind !== "replace") continue;
      answer = change.answer;
      if (change.status !== undefined) reply.code(change.status);
    }
    return typeof payload === "string" && effects.length > 0 ? answer : payload;
  });
}

/** Sends a part of the answer, having promised the whole, and drops the connection. */
function cutOff(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: string,
  sent: string,
): Readable | string {
  if (sent === "") {
    request.raw.socket.destroy();
    return answer;
  }
  reply.header("content-length", Buffer.byteLength(answer));
  return Readable.from(
    (async function* part() {
      yield sent;
      await new Promise((resolve) => reply.raw.write("", resolve)); // until it is on its way
      request.raw.socket.destroy();
    })(),
  );
}

function textOf(request: FastifyRequest): string {
  const text = `${request.url} ${rawBodyOf(request.body).text}`;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
