import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import { type Api, ignoreBody } from "./api.ts";
import { fieldsOf, number, requiredText, rowsOf, text } from "./decode.ts";
import { parseCloudTime } from "./time.ts";
import type { CreateVmInput, Vm } from "./types.ts";

export type VmCalls = ReturnType<typeof createVmCalls>;

/** The VM calls of the API as they are. Forms, as documented; the uuid of a delete goes into the query. */
export function createVmCalls(api: Api) {
  const vm = api.scoped("user-resource/vm");
  return {
    list: () => api.read(`${vm}/list`, (body) => rowsOf(body, "the list of VMs", decodeVm)),
    get: (uuid: string) => api.read(vm, decodeVm, { uuid }),
    create: (input: CreateVmInput, billingAccountId: number | undefined) =>
      api.create({ method: "POST", path: vm, form: createForm(input, billingAccountId) }, decodeVm),
    clone: (uuid: string, name: string) =>
      api.create({ method: "POST", path: `${vm}/clone`, form: { uuid, name } }, decodeVm),
    /** The answer was seen to be empty at times (tyghaykal/idcloudhost-vm-resizer): read the VM afterwards. */
    start: (uuid: string) => api.power({ method: "POST", path: `${vm}/start`, form: { uuid } }, ignoreBody),
    stop: (uuid: string, force: boolean) =>
      api.power(
        { method: "POST", path: `${vm}/stop`, form: { uuid, force: force ? "True" : "False" } },
        ignoreBody,
      ),
    update: (uuid: string, { name, vcpu, memoryMib }: Partial<Pick<Vm, "name" | "vcpu" | "memoryMib">>) =>
      api.change({ method: "PATCH", path: vm, form: { uuid, name, vcpu, ram: memoryMib } }, ignoreBody),
    delete: (uuid: string) => api.power({ method: "DELETE", path: vm, query: { uuid } }, ignoreBody),
  };
}

function createForm(input: CreateVmInput, billingAccountId: number | undefined) {
  return {
    name: input.name,
    os_name: input.osName,
    os_version: input.osVersion,
    vcpu: input.vcpu,
    ram: input.memoryMib,
    disks: input.diskGb,
    reserve_public_ip: input.reservePublicIp ? "True" : "False",
    network_uuid: input.networkUuid,
    billing_account_id: billingAccountId,
    description: input.description,
    cloud_init: input.cloudInit,
  };
}

function decodeVm(body: unknown): Vm {
  const vm = fieldsOf(body, "the VM");
  const createdAt = text(vm, "created_at");
  return omitUndefined<Vm>({
    uuid: requiredText(vm, "uuid"),
    name: text(vm, "name") ?? "",
    status: text(vm, "status") ?? "unknown",
    vcpu: number(vm, "vcpu"),
    memoryMib: number(vm, "memory"),
    ...disksIn(vm["storage"]),
    privateIpv4: text(vm, "private_ipv4"),
    mac: text(vm, "mac"),
    createdAtMs: createdAt === undefined ? undefined : parseCloudTime(createdAt),
    description: text(vm, "description"),
  });
}

function disksIn(storage: unknown): Pick<Vm, "diskGb" | "diskUuids"> {
  if (!Array.isArray(storage)) return {};
  const rows = storage.filter((row) => typeof row === "object" && row !== null);
  return {
    diskGb: rows.reduce((sum, row) => sum + (number(row, "size") ?? 0), 0),
    diskUuids: rows.flatMap((row) => text(row, "uuid") ?? []),
  };
}
