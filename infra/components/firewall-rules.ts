import type { FirewallRule } from "@autoscaler/idcloudhost";
import type { Role } from "@autoscaler/provisioning";

/** What anybody may reach. A public address leads to the private one, so nothing else protects the rest. */
const OPEN_PORTS: Readonly<Record<Role, readonly number[]>> = {
  lb: [80, 443],
  // The bastion.
  monitor: [22],
  seed: [],
};
const PROTOCOLS = ["tcp", "udp", "icmp"];

/**
 * The rules of a machine: its open ports from anywhere, everything from its own network, everything out. The
 * last is said, as nothing tells what a firewall without outbound rules lets out.
 */
export function firewallRulesOf(role: Role, networkCidr: string): readonly FirewallRule[] {
  return [
    ...OPEN_PORTS[role].map(
      (port): FirewallRule => ({ protocol: "tcp", direction: "inbound", portStart: port, portEnd: port }),
    ),
    ...PROTOCOLS.map(
      (protocol): FirewallRule => ({ protocol, direction: "inbound", prefixes: [networkCidr] }),
    ),
    ...PROTOCOLS.map((protocol): FirewallRule => ({ protocol, direction: "outbound" })),
  ];
}
