import type { Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { vmRefusal } from "../../state/failures.ts";
import type { VmRecord } from "../../state/records.ts";
import type { VmParameters } from "../call-parameters.ts";
import { findVm } from "./find-vm.ts";

/** Starting a running VM succeeds by default; the real answer is unknown (docs/api-facts.md#vm-power). */
export function startVm(ctx: CloudContext, tenant: Tenant, parameters: VmParameters): Promise<VmRecord> {
  return change(ctx, tenant, parameters, "running", async (uuid) => {
    await ctx.block("startVm");
    await ctx.driver.start(uuid);
  });
}

export function stopVm(ctx: CloudContext, tenant: Tenant, parameters: VmParameters): Promise<VmRecord> {
  const force = parameters.boolean("force", false);
  return change(ctx, tenant, parameters, "stopped", async (uuid) => {
    if (!force) await ctx.block("stopVm");
    await ctx.driver.stop(uuid, { force });
  });
}

async function change(
  ctx: CloudContext,
  tenant: Tenant,
  parameters: VmParameters,
  status: VmRecord["status"],
  act: (uuid: string) => Promise<void>,
): Promise<VmRecord> {
  const { world, clock, locks, settings } = ctx;
  const uuid = parameters.required("uuid");
  parameters.check();
  findVm(ctx, tenant, uuid);
  return locks.exclusively(uuid, async () => {
    const vm = findVm(ctx, tenant, uuid);
    if (vm.status === status) {
      if (settings.powerInWrongState === "unchanged") return vm;
      throw vmRefusal(`Virtual machine is already ${status}.`);
    }
    await act(uuid);
    const changed: VmRecord = { ...vm, status, updatedAtMs: clock.nowMs() };
    world.vms.set(uuid, changed);
    await world.save();
    return changed;
  });
}
