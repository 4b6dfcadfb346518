import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { type Parameters, rawBodyOf } from "../bodies.ts";
import { readVmParameters, type VmParameters } from "../call-parameters.ts";
import { cloneVm } from "./clone.ts";
import { createVm } from "./create.ts";
import { deleteVm } from "./delete.ts";
import { startVm, stopVm } from "./power.ts";
import { createVmReads } from "./read.ts";
import { updateVm } from "./update.ts";
import { viewVm } from "./view.ts";

type VmCall = (tenant: Tenant, parameters: VmParameters) => Promise<unknown>;

export function vmRoutes(app: FastifyInstance, ctx: CloudContext): void {
  const reads = createVmReads(ctx);
  const vm = "/user-resource/vm";
  const changing =
    (change: typeof createVm): VmCall =>
    async (tenant, parameters) =>
      viewVm(ctx, await change(ctx, tenant, parameters));

  const routes: readonly (readonly [string, string, string, VmCall])[] = [
    ["listVms", "GET", `${vm}/list`, (tenant) => reads.list(tenant)],
    ["getVm", "GET", vm, (tenant, parameters) => reads.get(tenant, requiredUuid(parameters))],
    ["createVm", "POST", vm, changing(createVm)],
    ["cloneVm", "POST", `${vm}/clone`, changing(cloneVm)],
    ["startVm", "POST", `${vm}/start`, changing(startVm)],
    ["stopVm", "POST", `${vm}/stop`, changing(stopVm)],
    ["updateVm", "PATCH", vm, changing(updateVm)],
    [
      "deleteVm",
      "DELETE",
      vm,
      async (tenant, parameters) => {
        await deleteVm(ctx, tenant, parameters);
        return { success: true };
      },
    ],
  ];
  for (const [operation, method, url, call] of routes) {
    app.route({
      method,
      url,
      config: { operation },
      handler: async (request: FastifyRequest<{ Querystring: Parameters }>, reply) => {
        const parameters = readVmParameters(request.query, rawBodyOf(request.body), ctx.settings);
        const answer = await call(request.tenant, parameters);
        const { settings } = ctx;
        const made = operation === "createVm" || operation === "cloneVm";
        if (operation === "deleteVm" && settings.vmDeletedStatus === 204) return reply.code(204).send();
        if (operation === "stopVm" && settings.stopAnswersEmpty) return reply.code(200).send();
        return reply.code(made ? settings.createdStatus : 200).send(answer);
      },
    });
  }
}

function requiredUuid(parameters: VmParameters): string {
  const uuid = parameters.required("uuid");
  parameters.check();
  return uuid;
}
