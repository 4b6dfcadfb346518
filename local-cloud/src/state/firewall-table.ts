import type { FirewallPass, MachineDriver, MachineFirewall } from "../machines/driver.ts";
import type { LocalCloudSettings } from "../settings/settings.ts";
import type { FirewallRuleRecord, VmRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Tells the driver what may pass, as a whole table each time, one after the other. */
export function createFirewalls(
  world: World,
  driver: MachineDriver,
  settings: Pick<LocalCloudSettings, "outboundWithoutRule">,
): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return function apply() {
    const mine = last.then(() => driver.setFirewalls(tableOf(world, settings)));
    last = mine.catch(() => undefined);
    return mine;
  };
}

function tableOf(
  world: World,
  { outboundWithoutRule }: Pick<LocalCloudSettings, "outboundWithoutRule">,
): readonly MachineFirewall[] {
  return [...world.vms.values()].filter(isLive).flatMap((vm) => {
    const mine = [...world.firewalls.values()].filter(({ vmUuids }) => vmUuids.includes(vm.uuid));
    if (mine.length === 0) return [];
    const rules = mine.flatMap((firewall) => firewall.rules);
    const outbound = rules.filter(({ direction }) => direction === "outbound");
    const isOpen = outbound.length === 0 && outboundWithoutRule === "allowed";
    return {
      privateIpv4: vm.privateIpv4,
      inbound: rules.filter(({ direction }) => direction === "inbound").map(passOf),
      ...(isOpen ? {} : { outbound: outbound.map(passOf) }),
    };
  });
}

function isLive({ phase }: VmRecord): boolean {
  return phase === "ready" || phase === "creating";
}

function passOf({ protocol, ports, prefixes }: FirewallRuleRecord): FirewallPass {
  return {
    protocol,
    ...(ports === undefined ? {} : { ports }),
    ...(prefixes === undefined ? {} : { prefixes }),
  };
}

/** A VM that is gone is behind no firewall. */
export function leaveFirewalls({ firewalls }: World, vmUuid: string): void {
  for (const firewall of firewalls.values()) {
    if (!firewall.vmUuids.includes(vmUuid)) continue;
    const vmUuids = firewall.vmUuids.filter((uuid) => uuid !== vmUuid);
    firewalls.set(firewall.uuid, { ...firewall, vmUuids });
  }
}
