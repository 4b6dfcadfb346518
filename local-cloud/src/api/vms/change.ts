import type { Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { lockedVm, vmRefusal } from "../../state/failures.ts";
import type { VmRecord } from "../../state/records.ts";
import { findVm } from "./find-vm.ts";

/**
 * One change of one VM at a time, stored when it is done.
 *
 * @throws {CloudFailure} 400 for an unknown VM, 409 for one that another call holds.
 */
export async function changeVm(
  ctx: CloudContext,
  tenant: Tenant,
  uuid: string,
  change: (vm: VmRecord) => Promise<Partial<VmRecord>>,
): Promise<VmRecord> {
  const { world, clock, locks } = ctx;
  findVm(ctx, tenant, uuid);
  return locks.exclusively(uuid, async () => {
    const vm = findVm(ctx, tenant, uuid);
    if (vm.phase !== "ready") throw lockedVm(uuid);
    const changed: VmRecord = { ...vm, ...(await change(vm)), updatedAtMs: clock.nowMs() };
    world.vms.set(uuid, changed);
    await world.save();
    return changed;
  });
}

/** The text is a guess: no source records it. */
export function requireStatus(vm: VmRecord, status: VmRecord["status"]): void {
  if (vm.status !== status) throw vmRefusal(`Virtual machine must be ${status}.`);
}
