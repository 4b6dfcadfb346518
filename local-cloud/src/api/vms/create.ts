import { randomUUID } from "node:crypto";
import type { Tenant } from "../../state/accounts.ts";
import { takeMac, takePrivateAddress } from "../../state/addresses.ts";
import type { CloudContext } from "../../state/context.ts";
import type { VmRecord } from "../../state/records.ts";
import type { VmParameters } from "../call-parameters.ts";
import { allocateIp } from "../ip-records.ts";
import { defaultNetwork, findNetwork } from "../networks.ts";
import { buildVm } from "./build.ts";
import { readVmOrder, refuseTakenName } from "./order.ts";

/** Far enough in the future that no list shows it; set to the real time once the VM exists. */
export const NOT_LISTED_YET_MS = Number.MAX_SAFE_INTEGER;

export async function createVm(
  ctx: CloudContext,
  tenant: Tenant,
  parameters: VmParameters,
): Promise<VmRecord> {
  const { world, clock, driver } = ctx;
  const order = readVmOrder(parameters, tenant, ctx.settings);
  refuseTakenName(ctx, tenant, order.name);
  const network =
    order.networkUuid === undefined
      ? await defaultNetwork(ctx, tenant)
      : findNetwork(ctx, tenant, order.networkUuid);
  const uuid = randomUUID();
  const vm: VmRecord = {
    uuid,
    owner: tenant.owner,
    location: tenant.location,
    phase: "creating",
    status: "running",
    name: order.name,
    description: order.description,
    vcpu: order.vcpu,
    memoryMib: order.memoryMib,
    diskGb: order.diskGb,
    storageUuid: randomUUID(),
    osName: order.osName,
    osVersion: order.osVersion,
    networkUuid: network.uuid,
    privateIpv4: takePrivateAddress(world, network),
    mac: takeMac(world),
    poolUuid: order.poolUuid,
    backup: order.backup,
    createdAtMs: clock.nowMs(),
    updatedAtMs: clock.nowMs(),
    listedFromMs: NOT_LISTED_YET_MS,
  };
  const ip = order.reservePublicIp
    ? allocateIp(ctx, tenant, { assignedTo: uuid, listedFromMs: NOT_LISTED_YET_MS })
    : undefined;
  return buildVm(ctx, {
    vm,
    network,
    ...(ip === undefined ? {} : { ip }),
    operation: "createVm",
    ...(order.cloudInit === undefined ? {} : { userData: order.cloudInit }),
    make: (spec) => driver.create(spec),
  });
}
