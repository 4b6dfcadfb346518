import type { FastifyInstance } from "fastify";
import { NAME, PASSWORD, USERNAME } from "./vms/order.ts";

/**
 * What `GET api/parameters/vm` lists for a create call. Its numbers are those of the documentation and out of date,
 * as on the real cloud: the limits of the server class count (docs/api-facts.md#vm-create).
 */
export function parameterRoutes(app: FastifyInstance): void {
  const range = (parameter: string, min: number, max: number) => ({
    parameter,
    type: "int",
    constraint: "range",
    mandatory: true,
    description: parameter,
    min,
    max,
  });
  const pattern = (parameter: string, expression: RegExp, mandatory: boolean) => ({
    parameter,
    type: "str",
    constraint: "regexp",
    mandatory,
    description: parameter,
    expression: expression.source,
  });
  app.get("/api/parameters/vm", { config: { operation: "getVmParameters" } }, async () => [
    pattern("name", NAME, true),
    range("vcpu", 1, 16),
    range("ram", 512, 65_536),
    { ...range("disks", 20, 240), ignore_for: ["disk_uuid", "source_uuid"] },
    pattern("username", USERNAME, true),
    pattern("password", PASSWORD, true),
  ]);
}
