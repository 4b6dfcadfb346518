import { parseJson } from "@autoscaler/service-kit";
import type { FastifyRequest } from "fastify";
import { messageFailure, serviceFailure } from "../state/failures.ts";
import { rawBodyOf } from "./bodies.ts";

export type JsonFields = Readonly<Record<string, unknown>>;

/**
 * The body of a call to the network service, which takes JSON and nothing else; no body reads as `{}`.
 *
 * @throws {CloudFailure} 415 for a form, 400 for what is not a JSON object.
 */
export function readJsonBody(request: FastifyRequest, nowMs: number): JsonFields {
  const { kind, text } = rawBodyOf(request.body);
  const at = { path: request.url.split("?", 1)[0] ?? "", nowMs };
  if (kind === "none") return {};
  if (kind !== "json") {
    const message = `Content type '${request.headers["content-type"] ?? ""}' not supported`;
    throw serviceFailure(415, "Unsupported Media Type", { ...at, message });
  }
  const parsed = parseJson(text);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as JsonFields;
  throw serviceFailure(400, "Bad Request", { ...at, message: "JSON parse error" });
}

export function optionalText(fields: JsonFields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw messageFailure(400, `${name} must be a string`);
  return value;
}

export function optionalInteger(fields: JsonFields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value)) throw messageFailure(400, `${name} must be a whole number`);
  return Number(value);
}
