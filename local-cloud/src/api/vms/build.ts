import type { MachineSpec } from "../../machines/driver.ts";
import type { VmOperation } from "../../settings/settings.ts";
import { gatewayOf, PREFIX_LENGTH } from "../../state/addresses.ts";
import type { CloudContext } from "../../state/context.ts";
import { leaveFirewalls } from "../../state/firewall-table.ts";
import type { IpRecord, NetworkRecord, VmRecord } from "../../state/records.ts";

export interface Building {
  readonly vm: VmRecord;
  readonly network: NetworkRecord;
  /** The public address allocated with the VM. */
  readonly ip?: IpRecord;
  readonly operation: VmOperation & ("createVm" | "cloneVm");
  readonly userData?: string;
  readonly make: (spec: MachineSpec) => Promise<void>;
}

/**
 * Turns a record into a machine. The record is stored as `creating` before the machine exists: a server that is
 * killed in between then knows what to clean up. A failure leaves no machine, VM or address behind.
 */
export async function buildVm(ctx: CloudContext, building: Building): Promise<VmRecord> {
  const { world, clock, driver, settings } = ctx;
  const { vm, network, ip, operation, userData, make } = building;
  world.vms.set(vm.uuid, vm);
  if (ip !== undefined) world.ips.set(ip.uuid, ip);
  try {
    await world.save();
    await ctx.block(operation);
    await driver.addNetwork({
      id: network.uuid,
      gatewayIpv4: gatewayOf(network),
      prefixLength: PREFIX_LENGTH,
    });
    await ctx.applyFirewalls();
    await make({
      id: vm.uuid,
      hostName: vm.name,
      vcpu: vm.vcpu,
      memoryMib: vm.memoryMib,
      mac: vm.mac,
      networkId: network.uuid,
      privateIpv4: vm.privateIpv4,
      prefixLength: PREFIX_LENGTH,
      gatewayIpv4: gatewayOf(network),
      ...(userData === undefined ? {} : { userData }),
    });
    if (ip !== undefined) await ctx.applyPublicAddresses();
  } catch (error) {
    ctx.log.error(
      { event: "vm.create_failed", vmUuid: vm.uuid, name: vm.name, err: error },
      "a VM could not be made",
    );
    await undo(ctx, building);
    throw error;
  }
  const nowMs = clock.nowMs();
  const ready: VmRecord = { ...vm, phase: "ready", listedFromMs: nowMs + settings.listLagMs };
  world.vms.set(vm.uuid, ready);
  const current = ip && world.ips.get(ip.uuid);
  if (current !== undefined)
    world.ips.set(current.uuid, { ...current, listedFromMs: nowMs + settings.ipLagMs });
  await world.save();
  return ready;
}

async function undo(ctx: CloudContext, { vm, ip }: Building): Promise<void> {
  const { world, driver, log } = ctx;
  try {
    await driver.remove(vm.uuid);
  } catch (error) {
    // The record stays `creating`: the next start of the server tries again.
    log.error(
      { event: "vm.cleanup_failed", vmUuid: vm.uuid, err: error },
      "a failed VM could not be removed",
    );
    return;
  }
  world.vms.delete(vm.uuid);
  leaveFirewalls(world, vm.uuid);
  if (ip !== undefined) world.ips.delete(ip.uuid);
  await world.save();
  await ctx.applyPublicAddresses();
  await ctx.applyFirewalls();
}
