import type { Tenant } from "../../server/accounts.ts";
import { gatewayOf, PREFIX_LENGTH } from "../../server/addresses.ts";
import type { CloudContext } from "../../server/context.ts";
import { vmRefusal } from "../../server/failures.ts";
import { hashPassword } from "../../server/password-hash.ts";
import type { VmRecord } from "../../server/records.ts";
import type { VmParameters } from "../../server/vm-parameters.ts";
import { imageProblem } from "../images.ts";
import { changeVm, requireStatus } from "./change.ts";
import { PASSWORD, USERNAME } from "./order.ts";
import { findReplica } from "./replicas.ts";

/** Back to a replica; the documentation's example then shows the VM stopped. */
export async function rebuildVm(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const uuid = parameters.required("uuid");
  const replicaUuid = parameters.required("replica_uuid");
  parameters.check();
  return changeVm(ctx, tenant, uuid, async (vm) => {
    const replica = findReplica(ctx, tenant, replicaUuid);
    if (replica.vmUuid !== vm.uuid) throw vmRefusal(`No such replica exists. ${replicaUuid}`);
    await ctx.block("createVm");
    await ctx.driver.stop(uuid, { force: true });
    await ctx.driver.restore(uuid, replicaUuid);
    return { status: "stopped" };
  });
}

/** The disk is overwritten, without any user data; the documentation's example then shows the VM running. */
export async function reinstallVm(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const uuid = parameters.required("uuid");
  const osName = parameters.text("os_name");
  const osVersion = parameters.text("os_version");
  parameters.check();
  return changeVm(ctx, tenant, uuid, async (vm) => {
    const system = { osName: osName ?? vm.osName, osVersion: osVersion ?? vm.osVersion };
    const problem = imageProblem(system.osName, system.osVersion);
    if (problem !== undefined) parameters.refuse(problem.field, problem.text);
    parameters.check();
    const network = ctx.world.networks.get(vm.networkUuid);
    if (network === undefined) throw vmRefusal("The network of the virtual machine is gone.");
    await ctx.block("createVm");
    await ctx.driver.stop(uuid, { force: true });
    await ctx.driver.reinstall({
      id: vm.uuid,
      hostName: vm.name,
      vcpu: vm.vcpu,
      memoryMib: vm.memoryMib,
      mac: vm.mac,
      networkId: network.uuid,
      privateIpv4: vm.privateIpv4,
      prefixLength: PREFIX_LENGTH,
      gatewayIpv4: gatewayOf(network),
      publicKeys: [],
      ...(vm.username === "" ? {} : { username: vm.username }),
    });
    await ctx.driver.start(uuid);
    return { ...system, status: "running" };
  });
}

/** Turns the automatic backup on or off, whichever it is not. */
export function toggleVmBackup(
  ctx: CloudContext,
  tenant: Tenant,
  parameters: VmParameters,
): Promise<VmRecord> {
  const uuid = parameters.required("uuid");
  parameters.check();
  return changeVm(ctx, tenant, uuid, async ({ backup }) => ({ backup: !backup }));
}

/** A new password for a user of a running VM. */
export async function setVmPassword(ctx: CloudContext, tenant: Tenant, parameters: VmParameters) {
  const uuid = parameters.required("uuid");
  const username = parameters.required("username");
  const password = parameters.required("password");
  if (username !== "" && !USERNAME.test(username))
    parameters.refuse("username", `value must match ${USERNAME.source}`);
  if (password !== "" && !PASSWORD.test(password))
    parameters.refuse("password", `value must match ${PASSWORD.source}`);
  parameters.check();
  await changeVm(ctx, tenant, uuid, async (vm) => {
    requireStatus(vm, "running");
    await ctx.driver.setPassword(uuid, { username, passwordHash: hashPassword(password) });
    return {};
  });
  return { success: true };
}
