import type { BackendsUpdate } from "@autoscaler/contracts";

/** Where backends may be: everything else is refused, whoever asks. */
export interface AllowedBackends {
  /** The private network, for example `10.77.1.0/24`. */
  readonly network: Ipv4Network;
  readonly port: number;
  /** Every update names each of these pools once. */
  readonly pools: readonly string[];
}

export interface Ipv4Network {
  readonly base: number;
  readonly prefixLength: number;
}

/** @returns undefined for anything but a network address with its prefix length (8 to 30). */
export function parseNetwork(text: string): Ipv4Network | undefined {
  const parts = /^([0-9.]+)\/(\d{1,2})$/.exec(text);
  const base = parseIpv4(parts?.[1] ?? "");
  const prefixLength = Number(parts?.[2]);
  if (base === undefined || prefixLength < 8 || prefixLength > 30) return undefined;
  return base % hostCount(prefixLength) === 0 ? { base, prefixLength } : undefined;
}

/** The one problem each pool or URL has, in the order of the body; empty when all may be served. */
export function backendProblems(update: BackendsUpdate, allowed: AllowedBackends): readonly string[] {
  const named = update.pools.map(({ pool }) => pool);
  return [
    ...new Set(
      named.filter((pool) => !allowed.pools.includes(pool)).map((pool) => `pool ${pool} is not known here`),
    ),
    ...allowed.pools.filter((pool) => !named.includes(pool)).map((pool) => `pool ${pool} is missing`),
    ...new Set(
      named.filter((pool, at) => named.indexOf(pool) !== at).map((pool) => `pool ${pool} is named twice`),
    ),
    ...update.pools.flatMap(({ pool, backends }) =>
      backends.flatMap((url, at) =>
        isAllowedBackend(url, allowed)
          ? []
          : [`backend ${at + 1} of pool ${pool} is not ${shapeOf(allowed)}`],
      ),
    ),
  ];
}

/**
 * Compares the whole text, so no character can be left over: the file it goes into is a template to
 * Traefik, with functions that read the environment and resolve names.
 */
export function isAllowedBackend(url: string, { network, port }: AllowedBackends): boolean {
  const host = /^http:\/\/([0-9.]{7,15}):[0-9]{1,5}$/.exec(url)?.[1];
  if (host === undefined || url !== `http://${host}:${port}`) return false;
  const address = parseIpv4(host);
  if (address === undefined) return false;
  const offset = address - network.base;
  return offset > 0 && offset < hostCount(network.prefixLength) - 1; // not the network's own address, not broadcast
}

function shapeOf({ network, port }: AllowedBackends): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(network.base / 2 ** shift) % 256);
  return `http://<address in ${octets.join(".")}/${network.prefixLength}>:${port}`;
}

function hostCount(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}

/** Four decimal octets without leading zeros, which some readers take for octal. */
function parseIpv4(text: string): number | undefined {
  const octets = text.split(".");
  if (
    octets.length !== 4 ||
    !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256)
  ) {
    return undefined;
  }
  return octets.reduce((address, octet) => address * 256 + Number(octet), 0);
}
