import { readFile } from "node:fs/promises";

/** Established TCP connections by the remote end, `10.77.1.10:3000` -> count. */
export type ConnectionCounts = ReadonlyMap<string, number>;

/** Reads the kernel's tables of this network namespace; IPv4 ends in the IPv6 table are counted too. */
export async function readConnections(): Promise<ConnectionCounts> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  return countEstablished(tables.join("\n"));
}

const ESTABLISHED = "01";
const MAPPED_IPV4 = "0000000000000000FFFF0000";

/** Parses lines as of proc(5) `/proc/net/tcp`: `sl local_address rem_address st ...`, addresses in host byte order. */
export function countEstablished(text: string): ConnectionCounts {
  const counts = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, , remote = "", state] = line.trim().split(/\s+/);
    const parts = /^(?:[0-9A-F]{24})?([0-9A-F]{8}):([0-9A-F]{4})$/.exec(remote);
    const mapped = remote.length === 13 || remote.startsWith(MAPPED_IPV4);
    if (state !== ESTABLISHED || parts === null || !mapped) continue;
    const [, address = "", port = ""] = parts;
    const end = `${dotted(address)}:${Number.parseInt(port, 16)}`;
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  return counts;
}

/** The kernel prints the address as one number of this machine, little-endian on all that we run on. */
function dotted(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(".");
}
