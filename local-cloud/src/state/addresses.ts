import { randomBytes } from "node:crypto";
import { messageFailure, vmRefusal } from "./failures.ts";
import type { NetworkRecord } from "./records.ts";
import type { World } from "./world.ts";

export const PREFIX_LENGTH = 24;
const NETWORK_NUMBERS = { first: 1, last: 254 };
const PRIVATE_HOSTS = { first: 10, last: 254 };
/** TEST-NET-3 of RFC 5737, which belongs to no real host. */
const PUBLIC_HOSTS = { first: 10, last: 250 };

export function subnetOf({ number }: Pick<NetworkRecord, "number">): string {
  return `10.77.${number}.0/${PREFIX_LENGTH}`;
}

export function gatewayOf({ number }: Pick<NetworkRecord, "number">): string {
  return `10.77.${number}.1`;
}

/** The smallest free number: a released one is handed out again at once, as on a sister cloud. */
export function takeNetworkNumber(world: World): number {
  const used = new Set([...world.networks.values()].map(({ number }) => number));
  const free = firstFree(NETWORK_NUMBERS, (number) => used.has(number));
  if (free === undefined) throw messageFailure(400, "No free private networks.");
  return free;
}

export function takePrivateAddress(world: World, network: NetworkRecord): string {
  const used = new Set(
    [...world.vms.values()].filter(({ phase }) => phase !== "deleted").map(({ privateIpv4 }) => privateIpv4),
  );
  const address = (host: number) => `10.77.${network.number}.${host}`;
  const free = firstFree(PRIVATE_HOSTS, (host) => used.has(address(host)));
  if (free === undefined) throw vmRefusal("No free addresses in the private network.");
  return address(free);
}

export function takePublicAddress(world: World): string | undefined {
  const used = new Set(
    [...world.ips.values()]
      .filter(({ deletedAtMs }) => deletedAtMs === undefined)
      .map(({ address }) => address),
  );
  const address = (host: number) => `203.0.113.${host}`;
  const free = firstFree(PUBLIC_HOSTS, (host) => used.has(address(host)));
  return free === undefined ? undefined : address(free);
}

/** In QEMU's range, as on the real cloud. */
export function takeMac(world: World): string {
  const used = new Set([...world.vms.values()].map(({ mac }) => mac));
  for (;;) {
    const mac = `52:54:00:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`;
    if (!used.has(mac)) return mac;
  }
}

function firstFree(
  { first, last }: { readonly first: number; readonly last: number },
  isUsed: (number: number) => boolean,
): number | undefined {
  for (let number = first; number <= last; number += 1) if (!isUsed(number)) return number;
  return undefined;
}
