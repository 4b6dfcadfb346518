import type { LocalCloudSettings } from "../../settings/settings.ts";
import { owns, type Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { vmRefusal } from "../../state/failures.ts";
import type { VmParameters } from "../call-parameters.ts";
import { GUEST_LIMITS, poolsOf } from "../host-pools.ts";
import { imageProblem } from "../images.ts";

const NAME = /^[0-9a-zA-Z][-0-9a-zA-Z]{2,}[0-9a-zA-Z]$/;
/** Not documented; what thanet-s/inspace-cloud-kube-modules assumes. */
const CLOUD_INIT_LIMIT_BYTES = 64 * 1024;

/** What a create call asks for, checked. */
export interface VmOrder {
  readonly name: string;
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly diskGb: number;
  readonly osName: string;
  readonly osVersion: string;
  readonly reservePublicIp: boolean;
  readonly backup: boolean;
  readonly description: string;
  readonly poolUuid: string;
  readonly networkUuid?: string;
  readonly cloudInit?: string;
}

/** @throws {CloudFailure} 400 with every field that is wrong. */
export function readVmOrder(
  parameters: VmParameters,
  tenant: { readonly owner: number; readonly location: string },
  settings: Pick<LocalCloudSettings, "strictNames">,
): VmOrder {
  const { refuse, text } = parameters;
  const name = readName(parameters, settings);
  const vcpu = readSize(parameters, "vcpu", GUEST_LIMITS.vcpu);
  const memoryMib = readSize(parameters, "ram", GUEST_LIMITS.memoryMib);
  const diskGb = readSize(parameters, "disks", GUEST_LIMITS.diskGb);
  const osName = parameters.required("os_name");
  const osVersion = parameters.required("os_version");
  const image = osName === "" || osVersion === "" ? undefined : imageProblem(osName, osVersion);
  if (image !== undefined) refuse(image.field, image.text);

  for (const name of ["disk_uuid", "source_uuid"])
    if (text(name) !== undefined) refuse(name, "The local cloud makes VMs from images only");
  const cloudInit = text("cloud_init");
  if (Buffer.byteLength(cloudInit ?? "") > CLOUD_INIT_LIMIT_BYTES) refuse("cloud_init", "value is too long");

  const payer = parameters.integer("billing_account_id");
  const pools = poolsOf(tenant.location);
  const wantedPool = text("designated_pool_uuid");
  const pool = pools.find(({ uuid, isDefault }) =>
    wantedPool === undefined ? isDefault : uuid === wantedPool,
  );
  if (pool === undefined) refuse("designated_pool_uuid", "No such host pool exists");
  const reservePublicIp = parameters.boolean("reserve_public_ip", true);
  const backup = parameters.boolean("backup", false);
  const networkUuid = text("network_uuid");
  parameters.check();
  if (payer !== undefined && payer !== tenant.owner)
    throw vmRefusal("Billing account is not accessible.", 403);

  return {
    name,
    vcpu,
    memoryMib,
    diskGb,
    osName,
    osVersion,
    reservePublicIp,
    backup,
    description: text("description") ?? "",
    poolUuid: pool?.uuid ?? "",
    ...(networkUuid === undefined ? {} : { networkUuid }),
    ...(cloudInit === undefined ? {} : { cloudInit }),
  };
}

export function readName(
  parameters: VmParameters,
  { strictNames }: Pick<LocalCloudSettings, "strictNames">,
): string {
  const name = parameters.required("name");
  checkName(parameters, name, strictNames);
  return name;
}

export function checkName(parameters: VmParameters, name: string, strictNames: boolean): void {
  if (strictNames && name !== "" && !NAME.test(name))
    parameters.refuse("name", `value must match ${NAME.source}`);
}

/** @throws {CloudFailure} 400 when names are to be unique and this one is not. */
export function refuseTakenName(
  { world, settings }: Pick<CloudContext, "world" | "settings">,
  tenant: Tenant,
  name: string,
  exceptUuid?: string,
): void {
  if (!settings.uniqueNames) return;
  const taken = [...world.vms.values()].some(
    (vm) => vm.name === name && vm.uuid !== exceptUuid && vm.phase !== "deleted" && owns(tenant, vm),
  );
  if (taken) throw vmRefusal(`Virtual machine with name '${name}' already exists.`);
}

export function checkSize(
  parameters: VmParameters,
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (value < min || value > max) parameters.refuse(name, `value must be between ${min} and ${max}`);
}

function readSize(
  parameters: VmParameters,
  name: string,
  limits: { readonly min: number; readonly max: number },
): number {
  const value = parameters.requiredInteger(name);
  checkSize(parameters, name, value, limits);
  return value;
}
