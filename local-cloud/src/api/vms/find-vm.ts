import { owns, type Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { unknownVm } from "../../state/failures.ts";
import type { VmRecord } from "../../state/records.ts";

/** A VM that the caller may change. @throws {CloudFailure} 400, also for another owner's VM or location. */
export function findVm({ world, settings }: CloudContext, tenant: Tenant, uuid: string): VmRecord {
  const vm = world.vms.get(uuid);
  const usable = vm !== undefined && owns(tenant, vm) && (vm.phase === "ready" || vm.phase === "deleting");
  if (!usable) throw unknownVm(uuid, settings);
  return vm;
}
