import { createHash } from "node:crypto";
import { CommandError, run } from "../machines/nspawn/host/run-command.ts";
import { inNamespace } from "./namespace.ts";

/** Interface names have at most 15 characters, so a network's id is shortened. */
export function bridgeName(networkId: string): string {
  return `br-${createHash("sha256").update(networkId).digest("hex").slice(0, 12)}`;
}

/**
 * The gateway's hardware address: fixed, since a bridge without one takes the lowest of its ports. It would
 * change whenever such a machine comes or goes, and every other machine of the network would send to the
 * old one until its ARP entry runs out (20-30 s of silence, measured).
 */
export function gatewayMac(networkId: string): string {
  const bytes = createHash("sha256").update(`gateway ${networkId}`).digest().subarray(0, 5);
  return ["02", ...[...bytes].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

export interface BridgeSpec {
  readonly id: string;
  readonly gatewayIpv4: string;
  readonly prefixLength: number;
}

/** Makes a network's bridge with its gateway's address; nothing if it is there. */
export async function addBridge(instance: string, network: BridgeSpec): Promise<void> {
  const name = bridgeName(network.id);
  const ip = (...parameters: string[]) => run(inNamespace(["ip", ...parameters], instance));
  await unless("File exists", ip("link", "add", name, "address", gatewayMac(network.id), "type", "bridge"));
  await ip("address", "replace", `${network.gatewayIpv4}/${network.prefixLength}`, "dev", name);
  await ip("link", "set", name, "up");
}

/** Success if it is not there. */
export async function removeBridge(instance: string, networkId: string): Promise<void> {
  const name = bridgeName(networkId);
  await unless("Cannot find device", run(inNamespace(["ip", "link", "delete", name], instance)));
}

async function unless(message: string, action: Promise<unknown>): Promise<void> {
  await action.catch((error: unknown) => {
    if (!(error instanceof CommandError) || !error.stderr.includes(message)) throw error;
  });
}
