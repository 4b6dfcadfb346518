import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findAccount, type Tenant, userIdOf } from "./accounts.ts";
import type { CloudContext } from "./context.ts";
import { CloudFailure, messageFailure, serviceFailure, unknownRoute } from "./failures.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who calls; set for every request that passed the gateway. */
    tenant: Tenant;
    /** Faults that had their way with this request. */
    faultNames: readonly string[];
  }
  interface FastifyContextConfig {
    /** `operationId` of the OpenAPI file. */
    operation?: string;
  }
}

/** What stands in front of all services, as Kong does: routes first, then the key, then its own error bodies. */
export function useGateway(app: FastifyInstance, ctx: CloudContext): void {
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
    request.tenant = { owner, userId: userIdOf(ctx.accounts, owner), location };
  });
  app.setNotFoundHandler((_request, reply) => send(reply, unknownRoute()));
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    if (error instanceof CloudFailure) return send(reply, error);
    if (error.statusCode === 413) return send(reply, messageFailure(413, "Request size limit exceeded"));
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return send(reply, messageFailure(error.statusCode, "Bad request"));
    }
    request.log.error({ event: "cloud.call_failed", err: error }, "a cloud call failed");
    return send(reply, messageFailure(500, "An unexpected error occurred"));
  });
}

function send(reply: FastifyReply, { statusCode, body, headers }: CloudFailure): FastifyReply {
  return reply.code(statusCode).headers(headers).send(body);
}

/** Without a slug in the path the default location is meant. */
function locationOf(request: FastifyRequest, { settings }: CloudContext): string {
  const params = request.params;
  const slug: unknown =
    typeof params === "object" && params !== null ? Reflect.get(params, "location") : undefined;
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
