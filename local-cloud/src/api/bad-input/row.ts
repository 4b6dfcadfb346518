import type { SendOptions } from "../../testing.ts";

export const VM = "/v1/jkt01/user-resource/vm";
export const IPS = "/v1/jkt01/network/ip_addresses";
export const NETWORK = "/v1/jkt01/network/network";
export const FIREWALLS = "/v1/jkt01/network/firewalls";
export const DISKS = "/v1/jkt01/storage/disks";
export const UNKNOWN_UUID = "aaaaaaaa-0000-4000-8000-cccccccccccc";
export const GOOD =
  "name=web-1&vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts&reserve_public_ip=False";
export const RULE = { protocol: "tcp", direction: "inbound", port_start: 22, endpoint_spec_type: "any" };

/** In the texts `{vm}`, `{boot}`, `{ip}`, `{network}` and so on stand for what the test made beforehand. */
export interface Row extends SendOptions {
  readonly when: string;
  readonly call: string;
  /** 400 where it is left out. */
  readonly status?: number;
  readonly body: unknown;
}
