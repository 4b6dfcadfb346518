import { fieldOf } from "@autoscaler/service-kit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findAccount, type Tenant, userIdOf } from "../state/accounts.ts";
import type { CloudContext } from "../state/context.ts";
import { CloudFailure, messageFailure, serviceFailure, unknownRoute } from "../state/failures.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The caller; set for every request that passed the gateway. */
    tenant: Tenant;
    /** Faults that were applied to this request. */
    faultNames: readonly string[];
  }
  interface FastifyContextConfig {
    /** `operationId` of the OpenAPI file. */
    operation?: string;
  }
}

/** In front of all services, like Kong: first the route, then the key; it has its own error bodies. */
export function useGateway(app: FastifyInstance, ctx: CloudContext): void {
  const countCall = createRateLimit(ctx);
  app.decorateRequest("tenant");
  app.decorateRequest("faultNames");

  app.addHook("onRequest", async (request) => {
    if (request.is404) throw unknownRoute();
    const location = locationOf(request, ctx);
    const apiKey = request.headers["apikey"];
    if (typeof apiKey !== "string" || apiKey === "") throw messageFailure(401, "missing apikey header");
    const account = findAccount(ctx.accounts, apiKey);
    if (account === undefined) throw messageFailure(403, "Invalid authentication credentials");
    const owner = account.billingAccountId;
    countCall(owner);
    request.tenant = { owner, userId: userIdOf(ctx.accounts, owner), location };
  });
  app.setNotFoundHandler((_request, reply) => send(reply, unknownRoute()));
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    if (error instanceof CloudFailure) {
      const isOk = ctx.settings.refusesWithStatus200 && hasErrors(error);
      return send(reply, isOk ? new CloudFailure(200, error.body, error.headers) : error);
    }
    if (error.statusCode === 413) return send(reply, messageFailure(413, "Request size limit exceeded"));
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return send(reply, messageFailure(error.statusCode, "Bad request"));
    }
    request.log.error({ event: "cloud.call_failed", err: error }, "a cloud call failed");
    return send(reply, messageFailure(500, "An unexpected error occurred"));
  });
}

function hasErrors({ body }: CloudFailure): boolean {
  return typeof body === "object" && body !== null && "errors" in body;
}

const MINUTE_MS = 60_000;

/** Counts an account's calls by the minute. @throws {CloudFailure} 429; its body is a guess: no source records it. */
function createRateLimit({ settings, clock }: CloudContext): (owner: number) => void {
  const counts = new Map<number, { readonly minute: number; readonly count: number }>();
  const { callsPerMinute } = settings;
  return (owner) => {
    if (callsPerMinute === undefined) return;
    const nowMs = clock.nowMs();
    const minute = Math.floor(nowMs / MINUTE_MS);
    const before = counts.get(owner);
    const count = (before?.minute === minute ? before.count : 0) + 1;
    counts.set(owner, { minute, count });
    if (count <= callsPerMinute) return;
    const retryAfter = String(Math.ceil(((minute + 1) * MINUTE_MS - nowMs) / 1000));
    throw new CloudFailure(429, { message: "API rate limit exceeded" }, { "retry-after": retryAfter });
  };
}

function send(reply: FastifyReply, { statusCode, body, headers }: CloudFailure): FastifyReply {
  return reply.code(statusCode).headers(headers).send(body);
}

/** A path without a slug means the default location. */
function locationOf(request: FastifyRequest, { settings }: CloudContext): string {
  const slug = fieldOf(request.params, "location");
  if (slug !== undefined && !settings.acceptsLocations) throw unknownRoute();
  const [first] = settings.locations;
  const found = slug === undefined ? first : settings.locations.find((location) => location.slug === slug);
  if (found === undefined) throw unknownRoute();
  return found.slug;
}

/** The network service names the methods it knows (405); the others fall through to the gateway's 404. */
export function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  allowed: readonly string[],
  ctx: CloudContext,
): void {
  app.route({
    method: ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) => !allowed.includes(method)),
    url,
    config: { operation: "methodNotAllowed" },
    handler: (request) => {
      const at = { path: request.url.split("?", 1)[0] ?? "", nowMs: ctx.clock.nowMs() };
      const message = `Request method '${request.method}' not supported`;
      throw serviceFailure(405, "Method Not Allowed", { ...at, message }, { allow: allowed.join(", ") });
    },
  });
}
