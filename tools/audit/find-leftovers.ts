import type { Disk, Firewall, FloatingIp, Network, Vm } from "@autoscaler/idcloudhost";

/** Everything of an account in one location that can cost money or stand in somebody's way. */
export interface Account {
  readonly vms: readonly Vm[];
  readonly floatingIps: readonly FloatingIp[];
  readonly networks: readonly Network[];
  readonly firewalls: readonly Firewall[];
  readonly disks: readonly Disk[];
}

/** What an account holds, sorted by whose it is. */
export interface Leftovers {
  /** Things with a stack's names, and addresses and disks of its VMs. */
  readonly ours: Account;
  /** Addresses without a name and a VM: what deleted VMs leave behind. */
  readonly strayIps: readonly FloatingIp[];
  /** Disks without a name and a VM; absent when a VM's row does not say its disks, so that nothing can be told. */
  readonly strayDisks?: readonly Disk[];
}

/** `<stack>-<six letters or digits>-<role>`, as infra and the scaler name things. */
export function isStackName(name: string, stack: string): boolean {
  return (
    name.startsWith(`${stack}-`) &&
    /^[a-z0-9]{6}-(seed|lb|monitor|network|c-.+)$/.test(name.slice(stack.length + 1))
  );
}

/** What a stack has in the account, running or forgotten. */
export function findLeftovers(account: Account, stack: string): Leftovers {
  const isNamedOurs = ({ name }: { readonly name?: string }) =>
    name !== undefined && isStackName(name, stack);
  const vms = account.vms.filter(isNamedOurs);
  const vmUuids = new Set(vms.map(({ uuid }) => uuid));
  const ourDisks = disksOf(vms);
  const allDisks = disksOf(account.vms);
  const areKnown = account.vms.every(({ diskUuids }) => diskUuids !== undefined);
  const isOfOurVm = ({ assignedTo }: FloatingIp) => assignedTo !== undefined && vmUuids.has(assignedTo);
  return {
    ours: {
      vms,
      floatingIps: account.floatingIps.filter((ip) => isNamedOurs(ip) || isOfOurVm(ip)),
      networks: account.networks.filter(isNamedOurs),
      firewalls: account.firewalls.filter(isNamedOurs),
      disks: account.disks.filter(({ uuid }) => ourDisks.has(uuid)),
    },
    strayIps: account.floatingIps.filter(
      ({ name, assignedTo }) => name === undefined && assignedTo === undefined,
    ),
    ...(areKnown
      ? { strayDisks: account.disks.filter(({ uuid, name }) => name === undefined && !allDisks.has(uuid)) }
      : {}),
  };
}

/** In old answers of the API the boot disk has its VM's uuid. */
function disksOf(vms: readonly Vm[]): ReadonlySet<string> {
  return new Set(vms.flatMap(({ uuid, diskUuids = [] }) => [uuid, ...diskUuids]));
}
