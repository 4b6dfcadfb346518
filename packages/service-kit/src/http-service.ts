import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from "fastify";

/** What every HTTP server of ours starts from: bad bodies are refused, never repaired. */
export const httpServerDefaults = {
  bodyLimit: 256 * 1024,
  requestTimeout: 30_000,
  connectionTimeout: 60_000,
  forceCloseConnections: "idle",
  return503OnClosing: true,
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
} as const satisfies FastifyServerOptions;

/** A refusal with its status and a stable code; its message is shown to the caller. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

interface Failure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
  readonly validation?: unknown;
}

/** All failures leave as `{code, message}`; a 5xx says nothing internal, its cause is in the log. */
export function useErrorBodies(app: FastifyInstance): void {
  app.setErrorHandler((failure: Failure, request, reply) => {
    const statusCode = failure.statusCode ?? 500;
    if (statusCode >= 500) {
      request.log.error({ event: "request.failed", err: failure }, "request failed");
      const known = failure instanceof HttpError;
      return reply.code(statusCode).send({
        code: known ? failure.code : "INTERNAL",
        message: known ? failure.message : "internal error, see the service's log",
      });
    }
    const code = failure.validation === undefined ? clientCode(failure, statusCode) : "BODY_INVALID";
    return reply.code(statusCode).send({ code, message: failure.message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ code: "ROUTE_UNKNOWN", message: `no route ${request.method} ${request.url.split("?", 1)[0]}` }),
  );
}

function clientCode(failure: Failure, statusCode: number): string {
  if (failure instanceof HttpError && failure.code !== undefined) return failure.code;
  if (statusCode === 413) return "BODY_TOO_LARGE";
  if (statusCode === 415) return "MEDIA_TYPE_UNSUPPORTED";
  return "BODY_INVALID";
}

/** A hook that lets only `Authorization: Bearer <token>` pass; compares in constant time. */
export function requireBearer(token: string) {
  return async function checkBearer(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> {
    if (sameSecret(request.headers.authorization, `Bearer ${token}`)) return undefined;
    request.log.warn({ event: "request.unauthorized" }, "refused a request without a valid token");
    return reply
      .code(401)
      .header("www-authenticate", "Bearer")
      .send({ code: "UNAUTHORIZED", message: "send the header Authorization: Bearer <token>" });
  };
}

export function sameSecret(given: string | undefined, expected: string): boolean {
  return timingSafeEqual(digest(given ?? ""), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
