import { gatewayOf, PREFIX_LENGTH } from "../state/addresses.ts";
import type { CloudContext } from "../state/context.ts";
import { leaveFirewalls } from "../state/firewall-table.ts";
import type { VmRecord } from "../state/records.ts";
import { removeVm } from "./vms/delete.ts";

/**
 * Reconciles machines and records after a restart of the server: unfinished creates are removed, unfinished
 * deletes are completed, and machines that should run are started.
 */
export async function restore(ctx: CloudContext): Promise<void> {
  const { world, driver, log } = ctx;
  for (const vm of [...world.vms.values()]) {
    if (vm.phase === "creating") await forget(ctx, vm);
    if (vm.phase === "deleting") await removeVm(ctx, vm);
  }
  const used = new Set([...world.vms.values()].filter(isReady).map(({ networkUuid }) => networkUuid));
  for (const network of world.networks.values()) {
    if (!used.has(network.uuid)) continue;
    await driver.addNetwork({
      id: network.uuid,
      gatewayIpv4: gatewayOf(network),
      prefixLength: PREFIX_LENGTH,
    });
  }
  for (const vm of [...world.vms.values()].filter(isReady)) {
    if (vm.status !== "running" || (await driver.isRunning(vm.uuid))) continue;
    try {
      await driver.start(vm.uuid);
    } catch (error) {
      log.error(
        { event: "vm.restart_failed", vmUuid: vm.uuid, err: error },
        "a VM could not be started again",
      );
      world.vms.set(vm.uuid, { ...vm, status: "stopped" });
    }
  }
  if (world.vms.size > 0 || world.ips.size > 0) await ctx.applyPublicAddresses();
  if (world.firewalls.size > 0) await ctx.applyFirewalls();
  await world.save();
}

async function forget({ world, driver }: CloudContext, vm: VmRecord): Promise<void> {
  await driver.remove(vm.uuid);
  world.vms.delete(vm.uuid);
  leaveFirewalls(world, vm.uuid);
  for (const ip of [...world.ips.values()]) if (ip.assignedTo === vm.uuid) world.ips.delete(ip.uuid);
}

function isReady({ phase }: VmRecord): boolean {
  return phase === "ready";
}
