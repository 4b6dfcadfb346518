import type { FirewallPass, MachineFirewall } from "../machines/driver.ts";

const TABLE = "cloud_firewall";
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;
const PREFIX = /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/;

/**
 * Firewalls of machines as one transaction of `nft -f`. It comes after the public addresses have been turned into
 * private ones, so a rule for a machine holds for both of its addresses.
 *
 * What machines of one network say to each other never leaves their bridge, hence the second table. A bridge knows
 * no connections on every kernel (`CONFIG_NF_CONNTRACK_BRIDGE`), so there a TCP connection is judged by its first
 * packet, and UDP packet by packet.
 *
 * @throws when something is not an address.
 */
export function firewallRuleset(
  firewalls: readonly MachineFirewall[],
  { withBridge = true }: { readonly withBridge?: boolean } = {},
): string {
  check(firewalls);
  return withBridge ? routed(firewalls) + bridged(firewalls) : routed(firewalls);
}

function routed(firewalls: readonly MachineFirewall[]): string {
  const base = (hook: string, ...lines: readonly string[]) =>
    chain(
      hook,
      `type filter hook ${hook} priority filter + 10; policy accept;`,
      "ct state established,related accept",
      ...lines,
    );
  return table("ip", [
    ...chainsOf(firewalls),
    base("forward", ...leaving(firewalls), ...arriving(firewalls)),
    base("output", ...arriving(firewalls)),
    base("input", ...leaving(firewalls)),
  ]);
}

function bridged(firewalls: readonly MachineFirewall[]): string {
  return table("bridge", [
    ...chainsOf(firewalls),
    chain(
      "forward",
      "type filter hook forward priority filter; policy accept;",
      "ether type != ip accept",
      "tcp flags & (syn | ack) != syn accept",
      "icmp type != echo-request accept",
      ...leaving(firewalls),
      ...arriving(firewalls),
    ),
  ]);
}

function table(family: string, chains: readonly string[]): string {
  const name = `${family} ${TABLE}`;
  return `table ${name}\ndelete table ${name}\ntable ${name} {\n${chains.join("")}}\n`;
}

function chain(name: string, ...lines: readonly string[]): string {
  return `  chain ${name} {\n${lines.map((line) => `    ${line}\n`).join("")}  }\n`;
}

/** A chain a machine and direction. What may leave goes on to the other side's firewall; what may arrive is done. */
function chainsOf(firewalls: readonly MachineFirewall[]): readonly string[] {
  return firewalls.flatMap(({ privateIpv4, inbound, outbound }) => [
    chain(
      nameOf("in", privateIpv4),
      ...inbound.flatMap((pass) => matches(pass, "saddr").map((match) => `${match}accept`)),
      "drop",
    ),
    ...(outbound === undefined
      ? []
      : [
          chain(
            nameOf("out", privateIpv4),
            ...outbound.flatMap((pass) => matches(pass, "daddr").map((match) => `${match}return`)),
            "drop",
          ),
        ]),
  ]);
}

function arriving(firewalls: readonly MachineFirewall[]): readonly string[] {
  return firewalls.map(({ privateIpv4 }) => `ip daddr ${privateIpv4} jump ${nameOf("in", privateIpv4)}`);
}

function leaving(firewalls: readonly MachineFirewall[]): readonly string[] {
  return firewalls
    .filter(({ outbound }) => outbound !== undefined)
    .map(({ privateIpv4 }) => `ip saddr ${privateIpv4} jump ${nameOf("out", privateIpv4)}`);
}

/** One match a prefix: nft refuses a set in which one holds another. */
function matches({ protocol, ports, prefixes }: FirewallPass, side: "saddr" | "daddr"): readonly string[] {
  const kind = {
    any: ports === undefined ? "" : "meta l4proto { tcp, udp } ",
    icmp: "ip protocol icmp ",
    tcp: "ip protocol tcp ",
    udp: "ip protocol udp ",
  }[protocol];
  const port = ports === undefined || protocol === "icmp" ? "" : `th dport ${ports.start}-${ports.end} `;
  return prefixes === undefined
    ? [`${kind}${port}`]
    : prefixes.map((prefix) => `ip ${side} ${prefix} ${kind}${port}`);
}

function nameOf(direction: "in" | "out", privateIpv4: string): string {
  return `${direction}_${privateIpv4.replaceAll(".", "_")}`;
}

function check(firewalls: readonly MachineFirewall[]): void {
  const prefixes = firewalls.flatMap(({ inbound, outbound = [] }) =>
    [...inbound, ...outbound].flatMap((pass) => pass.prefixes ?? []),
  );
  const wrong =
    firewalls.map(({ privateIpv4 }) => privateIpv4).find((address) => !ADDRESS.test(address)) ??
    prefixes.find((prefix) => !PREFIX.test(prefix));
  if (wrong !== undefined) throw new Error(`not an IPv4 address or CIDR: ${JSON.stringify(wrong)}`);
}
