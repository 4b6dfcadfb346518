import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { mountPointsUnder } from "../machines/nspawn/host/mounts.ts";
import { type Command, run } from "../machines/nspawn/host/run-command.ts";
import { DEFAULT_INSTANCE } from "../machines/nspawn/instance.ts";
import { API_ADDRESS, MIRROR_ADDRESS, PUBLIC_NETWORK, SERVICES_LINK } from "./addresses.ts";

const NAMESPACES = "/run/netns";

/** Machines of one network talk over their bridge: where the kernel would send that through NAT, it must not. */
const SWITCHES = `echo 1 >/proc/sys/net/ipv4/ip_forward
bridge=/proc/sys/net/bridge/bridge-nf-call-iptables
test ! -e $bridge || echo 0 >$bridge`;

/** The command that runs `command` inside the cloud's network. */
export function inNamespace(command: readonly string[], instance: string = DEFAULT_INSTANCE): Command {
  return ["nsenter", `--net=${NAMESPACES}/${instance}`, ...command];
}

/**
 * Makes the network: no link to the host and no default route, so nothing that is sent in it can leave.
 * `cloud0` is a bridge without ports, because not every kernel has dummy interfaces.
 */
export async function createNamespace(instance: string): Promise<void> {
  await run(["ip", "netns", "add", instance]);
  const ip = (...parameters: string[]) => run(inNamespace(["ip", ...parameters], instance));
  await ip("link", "set", "lo", "up");
  await ip("link", "add", SERVICES_LINK, "type", "bridge");
  await ip("address", "add", `${API_ADDRESS}/32`, "dev", SERVICES_LINK);
  await ip("address", "add", `${MIRROR_ADDRESS}/32`, "dev", SERVICES_LINK);
  await ip("link", "set", SERVICES_LINK, "up");
  // a public address is looked up before NAT changes it, so it needs a route
  await ip("route", "add", PUBLIC_NETWORK, "dev", SERVICES_LINK);
  await run(inNamespace(["sh", "-c", SWITCHES], instance));
}

/** Removes the namespace with all that is in it, and iproute2's own mount when it was the last one. */
export async function removeNamespace(instance: string): Promise<void> {
  if (existsSync(`${NAMESPACES}/${instance}`)) await run(["ip", "netns", "delete", instance]);
  const rest = await readdir(NAMESPACES).catch(() => undefined);
  if (rest === undefined || rest.length > 0) return;
  const mounts = mountPointsUnder(await readFile("/proc/self/mountinfo", "utf8"), NAMESPACES);
  for (const point of mounts) await run(["umount", point]);
}

/** Numbers of all processes in the namespace; empty when there is none. */
export async function processesInNamespace(instance: string): Promise<readonly number[]> {
  const namespace = await stat(`${NAMESPACES}/${instance}`).catch(() => undefined);
  if (namespace === undefined) return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const checks = pids.map(async (pid) => {
    const own = await stat(`/proc/${pid}/ns/net`).catch(() => undefined);
    return own !== undefined && own.ino === namespace.ino && own.dev === namespace.dev ? [Number(pid)] : [];
  });
  return (await Promise.all(checks)).flat();
}
