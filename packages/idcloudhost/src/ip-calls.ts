import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import { type Api, ignoreBody } from "./api.ts";
import { fieldsOf, flag, requiredText, rowsOf, text } from "./decode.ts";
import { CloudError } from "./errors.ts";
import type { FloatingIp } from "./types.ts";

interface IpRecord extends FloatingIp {
  readonly live: boolean;
}

export type IpCalls = ReturnType<typeof createIpCalls>;

/** The calls for public addresses as they are: JSON, with the address itself in the path. */
export function createIpCalls(api: Api) {
  const all = api.scoped("network/ip_addresses");
  const item = (address: string) => `${all}/${encodeURIComponent(address)}`;
  const post = (address: string, verb: string, json?: Readonly<Record<string, unknown>>) =>
    api.change(
      { method: "POST", path: `${item(address)}/${verb}`, ...(json === undefined ? {} : { json }) },
      ignoreBody,
    );

  return {
    async list(): Promise<readonly FloatingIp[]> {
      const records = await api.read(all, (body) => rowsOf(body, "the list of public addresses", decodeIp));
      return records.filter(({ live }) => live).map(withoutLive);
    },
    async get(address: string): Promise<FloatingIp> {
      const record = await api.read(item(address), decodeIp);
      if (record.live) return withoutLive(record);
      const request = `GET ${item(address)}`;
      throw new CloudError("the address is deleted", {
        request,
        code: "CLOUD_NOT_FOUND",
        outcome: "rejected",
      });
    },
    async create(name: string, billingAccountId: number | undefined): Promise<FloatingIp> {
      const json = {
        name,
        ...(billingAccountId === undefined ? {} : { billing_account_id: billingAccountId }),
      };
      return withoutLive(await api.change({ method: "POST", path: all, json }, decodeIp));
    },
    rename: (address: string, name: string) =>
      api.change({ method: "PATCH", path: item(address), json: { name } }, ignoreBody),
    async assign(address: string, vmUuid: string) {
      try {
        await post(address, "assign", { assigned_to: vmUuid, assigned_to_resource_type: "virtual_machine" });
      } catch (error) {
        // Two forms of this body are in use (docs/api-facts.md#public-addresses); no call tells which.
        if (!(error instanceof CloudError && error.status === 400)) throw error;
        await post(address, "assign", { vm_uuid: vmUuid });
      }
    },
    unassign: (address: string) => post(address, "unassign"),
    delete: (address: string) => api.change({ method: "DELETE", path: item(address) }, ignoreBody),
  };
}

function decodeIp(body: unknown): IpRecord {
  const ip = fieldsOf(body, "the public address");
  const address = requiredText(ip, "address");
  return omitUndefined<IpRecord>({
    address,
    uuid: text(ip, "uuid") ?? address,
    name: text(ip, "name"),
    assignedTo: text(ip, "assigned_to"),
    live: !flag(ip, "is_deleted") && !flag(ip, "is_ipv6") && (text(ip, "type") ?? "public") === "public",
  });
}

function withoutLive({ live: _, ...ip }: IpRecord): FloatingIp {
  return ip;
}
