import { fieldOf, HttpError, omitUndefined, parseJson } from "@autoscaler/service-kit";
import { parseShape } from "@autoscaler/shape";
import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
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

const count = Type.Integer({ minimum: 0 });
const General = Type.Object({
  kind: Type.Enum(faultKinds.map(({ kind }) => kind)),
  operation: Type.Optional(Type.String({ minLength: 1 })),
  resource: Type.Optional(Type.String({ minLength: 1 })),
  count: Type.Optional(count),
  forMs: Type.Optional(count),
});

/** @throws {HttpError} 400 with every problem. */
function parseOrder(text: string): FaultOrder {
  const value = parseJson(text);
  const kind = faultKinds.find((candidate) => candidate.kind === fieldOf(value, "kind"));
  const numbers = Object.entries(kind?.numbers ?? {}).map(([name, fallback]) => [
    name,
    Type.Integer({ minimum: 0, default: fallback }),
  ]);
  const shape = Type.Object({ ...General.properties, ...Object.fromEntries(numbers) });
  const parsed = parseShape(shape, value, { whole: "the JSON" });
  const refuse = (problem: string) => new HttpError(400, "FAULT_INVALID", problem);
  if (parsed.kind === "invalid") throw refuse(parsed.problems.join("; "));
  if (kind === undefined) throw refuse("the kind is not known");
  const order = parsed.value as Static<typeof General> & Numbers;
  return omitUndefined<FaultOrder>({
    ...order,
    kind,
    numbers: Object.fromEntries(Object.keys(kind.numbers).map((name) => [name, order[name] ?? 0])),
  });
}
