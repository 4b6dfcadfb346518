import type { Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { vmRefusal } from "../../state/failures.ts";
import type { VmRecord } from "../../state/records.ts";
import type { VmParameters } from "../call-parameters.ts";
import { GUEST_LIMITS } from "../host-pools.ts";
import { findVm } from "./find-vm.ts";
import { checkName, checkSize, refuseTakenName } from "./order.ts";

/** Renames at any time; resizes a stopped VM, and only to another size (docs/api-facts.md#vm-update). */
export async function updateVm(
  ctx: CloudContext,
  tenant: Tenant,
  parameters: VmParameters,
): Promise<VmRecord> {
  const { world, clock, locks, settings } = ctx;
  const uuid = parameters.required("uuid");
  const name = parameters.text("name");
  const vcpu = parameters.integer("vcpu");
  const memoryMib = parameters.integer("ram");
  if (name !== undefined) checkName(parameters, name, settings.strictNames);
  if (vcpu !== undefined) checkSize(parameters, "vcpu", vcpu, GUEST_LIMITS.vcpu);
  if (memoryMib !== undefined) checkSize(parameters, "ram", memoryMib, GUEST_LIMITS.memoryMib);
  parameters.check();
  findVm(ctx, tenant, uuid);
  if (name !== undefined) refuseTakenName(ctx, tenant, name, uuid);
  return locks.exclusively(uuid, async () => {
    const vm = findVm(ctx, tenant, uuid);
    const changed: VmRecord = {
      ...vm,
      name: name ?? vm.name,
      vcpu: vcpu ?? vm.vcpu,
      memoryMib: memoryMib ?? vm.memoryMib,
      updatedAtMs: clock.nowMs(),
    };
    if (vcpu !== undefined || memoryMib !== undefined) {
      const same = changed.vcpu === vm.vcpu && changed.memoryMib === vm.memoryMib;
      if (same && settings.resizeToSame === "refused") throw vmRefusal("No changes in vcpu or ram.");
      if (!same && vm.status !== "stopped") throw vmRefusal("Virtual machine must be stopped.");
    }
    await ctx.block("updateVm");
    if (changed.vcpu !== vm.vcpu || changed.memoryMib !== vm.memoryMib)
      await ctx.driver.resize(uuid, changed);
    world.vms.set(uuid, changed);
    await world.save();
    return changed;
  });
}
