import { HttpError } from "@autoscaler/service-kit";
import type { FastifyInstance } from "fastify";
import { rawBodyOf } from "../api/bodies.ts";
import type { Numbers } from "./fault.ts";
import { faultKinds } from "./kinds.ts";
import type { FaultOrder, Faults } from "./registry.ts";

/** `/_local/faults`: adds and removes faults while the cloud runs. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
  app.get("/faults", async () => faults.list());

  app.get("/faults/kinds", async () =>
    faultKinds.map(({ kind, summary, numbers, operations = [] }) => ({ kind, summary, numbers, operations })),
  );

  app.post("/faults", async (request, reply) =>
    reply.code(201).send(faults.add(parseOrder(rawBodyOf(request.body).text))),
  );

  app.delete<{ Params: { readonly id: string } }>("/faults/:id", async ({ params }, reply) => {
    if (!faults.remove(Number(params.id))) throw new HttpError(404, "FAULT_UNKNOWN", "no fault has this id");
    return reply.code(204).send();
  });

  app.delete("/faults", async (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
}

const GENERAL_FIELDS = ["kind", "operation", "resource", "count", "forMs"];

/** @throws {HttpError} 400 with the reason. */
function parseOrder(text: string): FaultOrder {
  const fields = parseObject(text);
  const kind = faultKinds.find((candidate) => candidate.kind === fields["kind"]);
  if (kind === undefined) {
    throw invalid(`kind must be one of ${faultKinds.map((candidate) => candidate.kind).join(", ")}`);
  }
  const known = [...GENERAL_FIELDS, ...Object.keys(kind.numbers)];
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw invalid(`${kind.kind} takes ${known.join(", ")}, not ${unknown.join(", ")}`);

  const numbers: Numbers = Object.fromEntries(
    Object.entries(kind.numbers).map(([name, fallback]) => [name, wholeNumber(fields, name) ?? fallback]),
  );
  const [operation, resource] = [optionalText(fields, "operation"), optionalText(fields, "resource")];
  const [count, forMs] = [wholeNumber(fields, "count"), wholeNumber(fields, "forMs")];
  return {
    kind,
    numbers,
    ...(operation === undefined ? {} : { operation }),
    ...(resource === undefined ? {} : { resource }),
    ...(count === undefined ? {} : { count }),
    ...(forMs === undefined ? {} : { forMs }),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Refused below, like any other text that is not an object.
  }
  throw invalid('send a JSON object, for example {"kind":"slow","operation":"cloneVm","delayMs":5000}');
}

function wholeNumber(fields: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || Number(value) < 0)
    throw invalid(`${name} must be a whole number from 0`);
  return Number(value);
}

function optionalText(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") throw invalid(`${name} must be a text`);
  return value;
}

function invalid(message: string): HttpError {
  return new HttpError(400, "FAULT_INVALID", message);
}
