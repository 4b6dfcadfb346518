import type { PublicAddress } from "../machines/driver.ts";
import { PRIVATE_NETWORK, PUBLIC_NETWORK, SERVICES_NETWORK } from "./addresses.ts";

const TABLE = "ip cloud";
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;
const NO_EGRESS = `    ip saddr ${PRIVATE_NETWORK} ip saddr != @with_public ip daddr ${SERVICES_NETWORK} reject with icmp net-unreachable
`;

/**
 * The whole table as one transaction of `nft -f`: the old one is in force until the new one is.
 *
 * A public address leads to one private one, from machines and from the namespace itself. A machine without
 * one reaches its own network only; the cloud's services may still talk to it. Networks do not see each other.
 *
 * @throws when something that is not an address, or one address twice, was given.
 */
export function natRuleset(
  addresses: readonly PublicAddress[],
  { egressWithoutPublicIp = false }: { readonly egressWithoutPublicIp?: boolean } = {},
): string {
  check(addresses);
  const publics = addresses.map(({ publicIpv4, privateIpv4 }) => `${publicIpv4} : ${privateIpv4}`);
  const privates = [...new Set(addresses.map(({ privateIpv4 }) => privateIpv4))];
  return `table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
  map to_private {
    type ipv4_addr : ipv4_addr
${elements(publics)}  }
  set with_public {
    type ipv4_addr
${elements(privates)}  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip saddr ${PRIVATE_NETWORK} ip saddr != @with_public accept
    dnat to ip daddr map @to_private
  }
  chain output {
    type nat hook output priority -100; policy accept;
    dnat to ip daddr map @to_private
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ct status dnat ip saddr ${PRIVATE_NETWORK} ip daddr ${PRIVATE_NETWORK} masquerade
  }
  chain input {
    type filter hook input priority filter; policy accept;
    ct state established,related accept
${egressWithoutPublicIp ? "" : NO_EGRESS}  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct state established,related accept
    ct status dnat accept
    ip daddr ${PUBLIC_NETWORK} reject with icmp net-unreachable
    ip saddr ${PRIVATE_NETWORK} reject with icmp net-unreachable
  }
}
`;
}

function elements(items: readonly string[]): string {
  return items.length === 0 ? "" : `    elements = { ${items.join(", ")} }\n`;
}

function check(addresses: readonly PublicAddress[]): void {
  const all = addresses.flatMap(({ publicIpv4, privateIpv4 }) => [publicIpv4, privateIpv4]);
  const wrong = all.find((address) => !ADDRESS.test(address));
  if (wrong !== undefined) throw new Error(`not an IPv4 address: ${JSON.stringify(wrong)}`);
  const publics = addresses.map(({ publicIpv4 }) => publicIpv4);
  const twice = publics.find((address, index) => publics.indexOf(address) !== index);
  if (twice !== undefined) throw new Error(`the public address ${twice} is given twice`);
}
