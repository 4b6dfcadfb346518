import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { rawBodyOf } from "../api/bodies.ts";
import type { CallEffects } from "./fault.ts";
import type { Faults } from "./registry.ts";

/** Applies faults to the calls of a scope: behind the gateway, around the services. */
export function useCallFaults(app: FastifyInstance, faults: Faults): void {
  const effectsOf = new WeakMap<FastifyRequest, readonly CallEffects[]>();

  app.addHook("preHandler", async (request, reply) => {
    const applied = faults.applyToCall({
      operation: request.routeOptions.config.operation ?? "unknown",
      text: textOf(request),
    });
    if (applied.length === 0) return undefined;
    request.faultNames = applied.map(({ kind }) => kind);
    effectsOf.set(
      request,
      applied.map(({ effects }) => effects),
    );
    for (const { effects } of applied) {
      if ((await effects.before?.()) !== "cut") continue;
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return undefined;
  });

  app.addHook("onSend", async (request, reply, payload) => {
    // A refusal is passed on unchanged: these effects need a call that was carried out.
    const effects = reply.statusCode < 300 ? (effectsOf.get(request) ?? []) : [];
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

/** Sends headers for the whole answer and only a part of its body, then drops the connection. */
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
      await new Promise((resolve) => reply.raw.write("", resolve)); // until it is sent
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
