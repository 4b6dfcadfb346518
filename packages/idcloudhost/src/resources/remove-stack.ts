import type { Cloud } from "../cloud.ts";
import type { UsedByMachines } from "./kept-while-in-use.ts";
import { removeVm, vmsNamed } from "./remove-vm.ts";

/** `<stack>-<6 random characters>-`, of clones `...-c-`: with these no name of others begins so. */
const OF_ONE_STACK = /^.+-[a-z0-9]{6}-(c-)?$/;

/**
 * What may be removed at the end of a stack: all, where the state says which machines hinder that while they run;
 * else, as in a state of version 0.1.0, only clones.
 */
export function removablePrefix(
  stackPrefix: string,
  { machineNames }: Partial<Pick<UsedByMachines, "machineNames">>,
): string {
  return machineNames === undefined ? `${stackPrefix}c-` : stackPrefix;
}

/**
 * Removes what bears a stack's names and is listed now: clones, and what a run left that was killed before Pulumi
 * knew of it. For the end of a stack, when all that Pulumi knows is deleted.
 *
 * @returns how many VMs there were
 */
export async function removeAllNamed(cloud: Cloud, prefix: string): Promise<number> {
  if (!OF_ONE_STACK.test(prefix)) throw new Error(`${prefix} may be the beginning of others' names`);
  const vms = await vmsNamed(cloud, (name) => name.startsWith(prefix));
  await Promise.all(vms.map((vm) => removeVm(cloud, vm)));
  for (const { name = "", address, uuid } of await cloud.listFloatingIps())
    if (name.startsWith(prefix)) await cloud.releaseIp(address, { uuid });
  for (const { name, uuid } of await cloud.listFirewalls())
    if (name.startsWith(prefix)) await cloud.deleteFirewall(uuid);
  return vms.length;
}
