import { cloudOf, connect, type Located } from "./connection.ts";
import type { Provider } from "./provider-results.ts";

export interface UsedByMachines extends Located {
  /** Unique names of VMs, and of their firewalls, that cannot do without it; absent in a state of version 0.1.0. */
  readonly machineNames: readonly string[];
}

/**
 * Refuses a deletion while one of these machines is in use: there, and behind its firewall. A destroy deletes the
 * firewalls first and then the VMs, so only what was never meant is refused, a forced replacement. What a
 * run that was killed left is behind no firewall, and hinders nothing.
 *
 * @throws with the machines, why, and what to do instead.
 */
export async function refuseWhileInUse(
  { machineNames = [], ...where }: Partial<UsedByMachines>,
  why: string,
): Promise<void> {
  if (machineNames.length === 0) return;
  const cloud = cloudOf(where);
  const [firewalls, vms] = await Promise.all([cloud.listFirewalls(), cloud.listVms()]);
  const isThere = (uuid: string) =>
    vms.some((vm) => vm.uuid === uuid && vm.status.toLowerCase() !== "deleted");
  const inUse = firewalls
    .filter(({ name, vmUuids }) => machineNames.includes(name) && vmUuids.some(isThere))
    .map(({ name }) => name);
  if (inUse.length > 0) throw new Error(`not replaced while ${inUse.join(", ")} run: ${why}`);
}

type OwnProvider<Inputs, Outputs> = Pick<
  Provider<Inputs, Outputs>,
  "check" | "diff" | "create" | "read" | "update" | "delete"
>;

/** The same provider for something that lives in Pulumi's state and that machines need. */
export function keptWhileInUse<Inputs, Outputs>(
  provider: OwnProvider<Inputs, Outputs>,
  why: string,
): Provider<Inputs & UsedByMachines, Outputs & UsedByMachines> {
  return {
    ...(provider as OwnProvider<Inputs & UsedByMachines, Outputs & UsedByMachines>), // it keeps all inputs
    configure: connect,
    async diff(id, olds, news) {
      const { changes, ...rest } = await provider.diff(id, olds, news);
      const isNoted = olds.location !== undefined;
      const isSame = JSON.stringify(olds.machineNames) === JSON.stringify(news.machineNames);
      return { changes: changes || !isNoted || !isSame, ...rest };
    },
    /** The location is noted once: its machines are where they were made, whatever the configuration says later. */
    async update(id, olds, news) {
      const { outs } = await provider.update(id, olds, news);
      return { outs: { ...outs, location: olds.location ?? news.location } as Outputs & UsedByMachines };
    },
    async delete(id, props) {
      await refuseWhileInUse(props, why);
      await provider.delete(id, props);
    },
  };
}
