import type { FloatingIp, Vm } from "@autoscaler/idcloudhost";

export interface Account {
  readonly vms: readonly Vm[];
  readonly floatingIps: readonly FloatingIp[];
}

/** What an account holds, sorted by whose it is. */
export interface Leftovers {
  /** VMs and addresses with a stack's names. */
  readonly ours: Account;
  /** Addresses without a name that belong to no VM: the leftovers of VMs, billed by the month. */
  readonly strayIps: readonly FloatingIp[];
}

/** `<stack>-<six letters or digits>-<seed | lb | monitor | c-...>`, as infra and the scaler name things. */
export function isStackName(name: string, stack: string): boolean {
  return (
    name.startsWith(`${stack}-`) && /^[a-z0-9]{6}-(seed|lb|monitor|c-.+)$/.test(name.slice(stack.length + 1))
  );
}

/** Which VMs and addresses a stack has in the account, running or forgotten. */
export function findLeftovers({ vms, floatingIps }: Account, stack: string): Leftovers {
  const ourVms = vms.filter(({ name }) => isStackName(name, stack));
  const ourUuids = new Set(ourVms.map(({ uuid }) => uuid));
  const isOurs = ({ name, assignedTo }: FloatingIp) =>
    (name !== undefined && isStackName(name, stack)) ||
    (assignedTo !== undefined && ourUuids.has(assignedTo));
  return {
    ours: { vms: ourVms, floatingIps: floatingIps.filter(isOurs) },
    strayIps: floatingIps.filter(({ name, assignedTo }) => name === undefined && assignedTo === undefined),
  };
}
