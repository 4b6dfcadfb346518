import { systemClock } from "@autoscaler/service-kit/clock.ts";
import type { Cloud } from "../cloud.ts";
import { isUnknownOutcome } from "../errors.ts";
import { type Looking, lookUntilSeen } from "../poll.ts";
import type { Firewall, FirewallRule, FloatingIp, Network, Vm } from "../types.ts";

const order = { osName: "ubuntu", osVersion: "24.04-lts", vcpu: 2, memoryMib: 2048, diskGb: 20 };

/** Resources that exist in the account of every row. */
export interface Things {
  /** Running, with the address `assigned`, behind `firewall`. */
  readonly vm: Vm;
  readonly stopped: Vm;
  readonly network: Network;
  readonly free: FloatingIp;
  readonly assigned: FloatingIp;
  readonly firewall: Firewall;
  /** How long a caller looks up the outcome of a lost answer. */
  readonly looking: Looking;
}

/** A changing function of the client, and a check of its effect. */
export interface Mutation {
  /** Of `Cloud`. */
  readonly name: keyof Cloud;
  /** The API call that the fault applies to; absent: the one of the same name. */
  readonly operation?: string;
  run(cloud: Cloud, things: Things): Promise<unknown>;
  /** Checked after at most one repetition by the caller. */
  holds(cloud: Cloud, things: Things): Promise<boolean>;
}

const ssh: FirewallRule = { protocol: "tcp", direction: "inbound", portStart: 22 };
const web: FirewallRule = { protocol: "tcp", direction: "inbound", portStart: 80, portEnd: 443 };

export async function makeThings(cloud: Cloud, looking: Looking): Promise<Things> {
  const network = await cloud.createNetwork("apps");
  const vm = await cloud.createVm({ ...order, name: "first", reservePublicIp: false });
  const second = await cloud.createVm({ ...order, name: "second", reservePublicIp: false });
  const firewall = await cloud.createFirewall({ name: "wall", rules: [ssh] });
  const assigned = await cloud.createFloatingIp({ name: "assigned" });
  const free = await cloud.createFloatingIp({ name: "free" });
  await cloud.assignFirewall(firewall.uuid, vm.uuid);
  return {
    looking,
    vm,
    network,
    free,
    firewall,
    stopped: await cloud.stopVm(second.uuid, { force: true }),
    assigned: await cloud.assignFloatingIp(assigned.address, vm.uuid),
  };
}

const isListed = async (list: Promise<readonly { readonly uuid: string }[]>, uuid: string) =>
  (await list).some((each) => each.uuid === uuid);
const howMany = async (list: Promise<readonly { readonly name?: string }[]>, name: string) =>
  (await list).filter((each) => each.name === name).length;
const wall = async (cloud: Cloud, { firewall }: Things) =>
  (await cloud.listFirewalls()).find(({ uuid }) => uuid === firewall.uuid);

const address = async (cloud: Cloud, { uuid }: FloatingIp) =>
  (await cloud.listFloatingIps()).find((ip) => ip.uuid === uuid);

export const mutations: readonly Mutation[] = [
  {
    name: "createVm",
    run: (cloud) => cloud.createVm({ ...order, name: "made", reservePublicIp: false }),
    holds: async (cloud) => (await howMany(cloud.listVms(), "made")) === 1,
  },
  {
    // Sent once, as documented; its callers look up the outcome of a lost answer.
    name: "cloneVm",
    run: async (cloud, { vm, looking }) => {
      try {
        return (
          (await cloud.findVmByName("copy")) ?? (await cloud.cloneVm({ sourceUuid: vm.uuid, name: "copy" }))
        );
      } catch (error) {
        if (!isUnknownOutcome(error)) throw error;
        const seen = await lookUntilSeen(systemClock, looking, () => cloud.findVmByName("copy"));
        if (seen === undefined) throw error;
        return seen;
      }
    },
    holds: async (cloud) => (await howMany(cloud.listVms(), "copy")) === 1,
  },
  {
    name: "startVm",
    run: (cloud, { stopped }) => cloud.startVm(stopped.uuid),
    holds: async (cloud, { stopped }) => (await cloud.getVm(stopped.uuid)).status === "running",
  },
  {
    name: "stopVm",
    run: (cloud, { vm }) => cloud.stopVm(vm.uuid),
    holds: async (cloud, { vm }) => (await cloud.getVm(vm.uuid)).status === "stopped",
  },
  {
    name: "renameOrResizeVm",
    operation: "updateVm",
    run: (cloud, { stopped }) =>
      cloud.renameOrResizeVm({ uuid: stopped.uuid, name: "renamed", memoryMib: 4096 }),
    holds: async (cloud, { stopped }) => {
      const vm = await cloud.getVm(stopped.uuid);
      return vm.name === "renamed" && vm.memoryMib === 4096;
    },
  },
  {
    name: "deleteVm",
    run: (cloud, { vm }) => cloud.deleteVm(vm.uuid),
    holds: async (cloud, { vm }) => !(await isListed(cloud.listVms(), vm.uuid)),
  },
  {
    name: "createNetwork",
    run: (cloud) => cloud.createNetwork("new-net"),
    holds: async (cloud) => (await howMany(cloud.listNetworks(), "new-net")) === 1,
  },
  {
    name: "setDefaultNetwork",
    run: (cloud, { network }) => cloud.setDefaultNetwork(network.uuid),
    holds: async (cloud, { network }) => (await cloud.getNetwork(network.uuid)).isDefault,
  },
  {
    name: "renameNetwork",
    run: (cloud, { network }) => cloud.renameNetwork(network.uuid, "services"),
    holds: async (cloud, { network }) => (await cloud.getNetwork(network.uuid)).name === "services",
  },
  {
    name: "deleteNetwork",
    run: (cloud, { network }) => cloud.deleteNetwork(network.uuid),
    holds: async (cloud, { network }) => !(await isListed(cloud.listNetworks(), network.uuid)),
  },
  {
    name: "createFloatingIp",
    run: (cloud) => cloud.createFloatingIp({ name: "new-ip" }),
    holds: async (cloud) => (await howMany(cloud.listFloatingIps(), "new-ip")) === 1,
  },
  {
    name: "renameFloatingIp",
    operation: "updateFloatingIp",
    run: (cloud, { free }) => cloud.renameFloatingIp(free.address, "spare"),
    holds: async (cloud, { free }) => (await address(cloud, free))?.name === "spare",
  },
  {
    name: "assignFloatingIp",
    run: (cloud, { free, stopped }) => cloud.assignFloatingIp(free.address, stopped.uuid),
    holds: async (cloud, { free, stopped }) => (await address(cloud, free))?.assignedTo === stopped.uuid,
  },
  {
    name: "unassignFloatingIp",
    run: (cloud, { assigned }) => cloud.unassignFloatingIp(assigned.address),
    holds: async (cloud, { assigned }) => (await address(cloud, assigned))?.assignedTo === undefined,
  },
  {
    name: "releaseIp",
    operation: "unassignFloatingIp",
    run: (cloud, { assigned }) => cloud.releaseIp(assigned.address, { uuid: assigned.uuid }),
    holds: async (cloud, { assigned }) => !(await isListed(cloud.listFloatingIps(), assigned.uuid)),
  },
  {
    name: "releaseIp",
    operation: "deleteFloatingIp",
    run: (cloud, { assigned }) => cloud.releaseIp(assigned.address, { uuid: assigned.uuid }),
    holds: async (cloud, { assigned }) => !(await isListed(cloud.listFloatingIps(), assigned.uuid)),
  },
  {
    name: "releaseAutomaticIpsOfVm",
    operation: "deleteFloatingIp",
    run: async (cloud, { stopped, looking }) => {
      const vm =
        (await cloud.findVmByName("third")) ??
        (await cloud.cloneVm({ sourceUuid: stopped.uuid, name: "third" }));
      await cloud.releaseAutomaticIpsOfVm(vm.uuid, { waitForOneMs: looking.giveUpAfterMs });
    },
    holds: async (cloud) => (await cloud.listFloatingIps()).every(({ name }) => name !== undefined),
  },
  {
    name: "createFirewall",
    run: (cloud) => cloud.createFirewall({ name: "new-wall", rules: [web] }),
    holds: async (cloud) => (await howMany(cloud.listFirewalls(), "new-wall")) === 1,
  },
  {
    name: "replaceFirewall",
    run: (cloud, { firewall }) => cloud.replaceFirewall(firewall.uuid, { name: "wall", rules: [ssh, web] }),
    holds: async (cloud, things) => (await wall(cloud, things))?.rules.length === 2,
  },
  {
    name: "deleteFirewall",
    run: (cloud, { firewall }) => cloud.deleteFirewall(firewall.uuid),
    holds: async (cloud, things) => (await wall(cloud, things)) === undefined,
  },
  {
    name: "assignFirewall",
    run: (cloud, { firewall, stopped }) => cloud.assignFirewall(firewall.uuid, stopped.uuid),
    holds: async (cloud, things) =>
      (await wall(cloud, things))?.vmUuids.includes(things.stopped.uuid) === true,
  },
  {
    name: "unassignFirewall",
    run: (cloud, { firewall, vm }) => cloud.unassignFirewall(firewall.uuid, vm.uuid),
    holds: async (cloud, things) => (await wall(cloud, things))?.vmUuids.length === 0,
  },
];
