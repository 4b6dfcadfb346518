import { readFile } from "node:fs/promises";
import { hasCode } from "@autoscaler/service-kit";

/** Established TCP connections by the remote end, `10.77.1.10:3000` -> count. */
export type ConnectionCounts = ReadonlyMap<string, number>;

/** What is open is not known; a caller must not take it for "nothing is open", which ends a drain. */
export class ConnectionsUnreadable extends Error {
  override readonly name = "ConnectionsUnreadable";
  readonly code = "CONNECTIONS_UNREADABLE";
}

/**
 * Reads the kernel's tables of this network namespace; IPv4 ends in the IPv6 table are counted too.
 * @throws {ConnectionsUnreadable} when a table cannot be read or is none. A kernel without IPv6 has no `tcp6`.
 */
export async function readConnections(directory = "/proc/net"): Promise<ConnectionCounts> {
  const tables = await Promise.all([
    readTable(`${directory}/tcp`),
    readTable(`${directory}/tcp6`, { mayBeAbsent: true }),
  ]);
  return countEstablished(tables.join("\n"));
}

async function readTable(path: string, { mayBeAbsent = false } = {}): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (mayBeAbsent && hasCode(cause, "ENOENT")) return "";
    throw new ConnectionsUnreadable(`${path} cannot be read`, { cause });
  }
  if (!/^\s*sl\s+local_address/.test(text))
    throw new ConnectionsUnreadable(`${path} is not a table of connections`);
  return text;
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
