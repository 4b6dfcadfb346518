import { randomUUID } from "node:crypto";
import type { Tenant } from "../../state/accounts.ts";
import { takeMac, takePrivateAddress } from "../../state/addresses.ts";
import type { CloudContext } from "../../state/context.ts";
import { lockedVm } from "../../state/failures.ts";
import type { VmRecord } from "../../state/records.ts";
import type { VmParameters } from "../call-parameters.ts";
import { allocateIp } from "../ip-records.ts";
import { defaultNetwork, findNetwork } from "../networks.ts";
import { buildVm } from "./build.ts";
import { NOT_LISTED_YET_MS } from "./create.ts";
import { findVm } from "./find-vm.ts";
import { readName, refuseTakenName } from "./order.ts";

/** A copy of a VM, running or not: same size and system, own uuid, addresses and disk; always with a public address. */
export async function cloneVm(
  ctx: CloudContext,
  tenant: Tenant,
  parameters: VmParameters,
): Promise<VmRecord> {
  const { world, clock, driver, settings, locks } = ctx;
  const sourceUuid = parameters.required("uuid");
  const name = readName(parameters, settings);
  parameters.check();
  findVm(ctx, tenant, sourceUuid);
  refuseTakenName(ctx, tenant, name);

  const hold = settings.cloneLocksSource ? locks.exclusively : locks.shared;
  return hold(sourceUuid, async () => {
    const source = findVm(ctx, tenant, sourceUuid);
    if (source.phase !== "ready") throw lockedVm(sourceUuid);
    const network =
      settings.cloneNetwork === "default"
        ? await defaultNetwork(ctx, tenant)
        : findNetwork(ctx, tenant, source.networkUuid);
    const uuid = randomUUID();
    const { updatedAtMs: _, ...copied } = source;
    const vm: VmRecord = {
      ...copied,
      uuid,
      name,
      phase: "creating",
      status: "running",
      storageUuid: randomUUID(),
      networkUuid: network.uuid,
      privateIpv4: takePrivateAddress(world, network),
      mac: takeMac(world),
      createdAtMs: clock.nowMs(),
      listedFromMs: NOT_LISTED_YET_MS,
    };
    const ip = settings.cloneGetsPublicIp
      ? allocateIp(ctx, tenant, { assignedTo: uuid, listedFromMs: NOT_LISTED_YET_MS })
      : undefined;
    if (settings.cloneKeepsFirewalls) shareFirewalls(ctx, sourceUuid, uuid);
    return buildVm(ctx, {
      vm,
      network,
      ...(ip === undefined ? {} : { ip }),
      operation: "cloneVm",
      make: (spec) => driver.clone(spec, sourceUuid),
    });
  });
}

/** Puts a VM that is about to be made behind the firewalls of another. */
function shareFirewalls({ world }: CloudContext, sourceUuid: string, uuid: string): void {
  for (const firewall of world.firewalls.values()) {
    if (!firewall.vmUuids.includes(sourceUuid)) continue;
    world.firewalls.set(firewall.uuid, { ...firewall, vmUuids: [...firewall.vmUuids, uuid] });
  }
}
