import { startTestCloud, TEST_KEY, type TestCloud } from "@autoscaler/local-cloud/server/testing.ts";
import type { Cloud } from "./cloud.ts";
import { createCloud } from "./create-cloud.ts";
import { isCloudError } from "./errors.ts";
import type { FloatingIp, Network, Vm } from "./types.ts";

const order = { osName: "ubuntu", osVersion: "24.04-lts", vcpu: 2, memoryMib: 2048, diskGb: 20 };
const faults = [
  { fault: "none", order: undefined },
  { fault: "lost before the effect", order: { kind: "lost-before" } },
  { fault: "lost after the effect", order: { kind: "lost-after" } },
  { fault: "cut in the answer", order: { kind: "cut-answer" } },
  { fault: "500", order: { kind: "server-error" } },
  { fault: "502 after the effect", order: { kind: "server-error-after" } },
  { fault: "429", order: { kind: "rate-limited", retryAfterSeconds: 0 } },
  { fault: "slower than the deadline", order: { kind: "slow", delayMs: 250 } },
];

interface Things {
  readonly vm: Vm;
  readonly network: Network;
  readonly free: FloatingIp;
  readonly assigned: FloatingIp;
}

interface Mutation {
  readonly name: string;
  readonly operation: string;
  run(cloud: Cloud, things: Things): Promise<unknown>;
  /** Read after the caller has, at most, asked once more. */
  holds(cloud: Cloud, things: Things): Promise<boolean>;
}

const mutations: readonly Mutation[] = [
  {
    name: "createVm",
    operation: "createVm",
    run: (cloud) => cloud.createVm({ ...order, name: "made", reservePublicIp: false }),
    holds: async (cloud) => (await cloud.findVmByName("made"))?.status === "running",
  },
  {
    name: "cloneVm, after looking",
    operation: "cloneVm",
    run: async (cloud, { vm }) =>
      (await cloud.findVmByName("copy")) ?? cloud.cloneVm({ sourceUuid: vm.uuid, name: "copy" }),
    holds: async (cloud) => (await cloud.findVmByName("copy"))?.status === "running",
  },
  {
    name: "stopVm",
    operation: "stopVm",
    run: (cloud, { vm }) => cloud.stopVm(vm.uuid),
    holds: async (cloud, { vm }) => (await cloud.getVm(vm.uuid)).status === "stopped",
  },
  {
    name: "renameOrResizeVm",
    operation: "updateVm",
    run: (cloud, { vm }) => cloud.renameOrResizeVm({ uuid: vm.uuid, name: "renamed" }),
    holds: async (cloud, { vm }) => (await cloud.getVm(vm.uuid)).name === "renamed",
  },
  {
    name: "deleteVm",
    operation: "deleteVm",
    run: (cloud, { vm }) => cloud.deleteVm(vm.uuid),
    holds: async (cloud, { vm }) => !(await cloud.listVms()).some(({ uuid }) => uuid === vm.uuid),
  },
  {
    name: "createNetwork",
    operation: "createNetwork",
    run: (cloud) => cloud.createNetwork("new-net"),
    holds: async (cloud) =>
      (await cloud.listNetworks()).filter(({ name }) => name === "new-net").length === 1,
  },
  {
    name: "setDefaultNetwork",
    operation: "setDefaultNetwork",
    run: (cloud, { network }) => cloud.setDefaultNetwork(network.uuid),
    holds: async (cloud, { network }) => (await cloud.getNetwork(network.uuid)).isDefault,
  },
  {
    name: "deleteNetwork",
    operation: "deleteNetwork",
    run: (cloud, { network }) => cloud.deleteNetwork(network.uuid),
    holds: async (cloud, { network }) =>
      !(await cloud.listNetworks()).some(({ uuid }) => uuid === network.uuid),
  },
  {
    name: "createFloatingIp",
    operation: "createFloatingIp",
    run: (cloud) => cloud.createFloatingIp({ name: "new-ip" }),
    holds: async (cloud) =>
      (await cloud.listFloatingIps()).filter(({ name }) => name === "new-ip").length === 1,
  },
  {
    name: "assignFloatingIp",
    operation: "assignFloatingIp",
    run: (cloud, { free, vm, assigned }) =>
      cloud.unassignFloatingIp(assigned.address).then(
        () => cloud.assignFloatingIp(free.address, vm.uuid),
        () => cloud.assignFloatingIp(free.address, vm.uuid),
      ),
    holds: async (cloud, { free, vm }) => (await cloud.getFloatingIp(free.address)).assignedTo === vm.uuid,
  },
  {
    name: "unassignFloatingIp",
    operation: "unassignFloatingIp",
    run: (cloud, { assigned }) => cloud.unassignFloatingIp(assigned.address),
    holds: async (cloud, { assigned }) =>
      (await cloud.getFloatingIp(assigned.address)).assignedTo === undefined,
  },
  {
    name: "releaseIp (unassign struck)",
    operation: "unassignFloatingIp",
    run: (cloud, { assigned }) => cloud.releaseIp(assigned.address, { uuid: assigned.uuid }),
    holds: async (cloud, { assigned }) =>
      !(await cloud.listFloatingIps()).some(({ uuid }) => uuid === assigned.uuid),
  },
  {
    name: "releaseIp (delete struck)",
    operation: "deleteFloatingIp",
    run: (cloud, { assigned }) => cloud.releaseIp(assigned.address, { uuid: assigned.uuid }),
    holds: async (cloud, { assigned }) =>
      !(await cloud.listFloatingIps()).some(({ uuid }) => uuid === assigned.uuid),
  },
];

describe.each(faults)("every change, struck by: $fault", ({ order: fault }) => {
  let local: TestCloud;
  let cloud: Cloud;
  let things: Things;

  beforeAll(async () => {
    local = await startTestCloud();
    cloud = createCloud({
      apiUrl: local.url,
      apiKey: TEST_KEY,
      location: "jkt01",
      absence: { readCount: 2, intervalMs: 5, giveUpAfterMs: 400 },
      lookUp: { intervalMs: 5, giveUpAfterMs: 400 },
      deadlines: { readMs: 5_000, changeMs: 120, powerMs: 120, createMs: 120 },
    });
  });

  beforeEach(async () => {
    await local.send("POST", "/_local/reset");
    const network = await cloud.createNetwork("apps");
    const vm = await cloud.createVm({ ...order, name: "first", reservePublicIp: false });
    const assigned = await cloud.createFloatingIp({ name: "assigned" });
    const free = await cloud.createFloatingIp({ name: "free" });
    things = { network, vm, free, assigned: await cloud.assignFloatingIp(assigned.address, vm.uuid) };
  });

  afterAll(() => local.close());

  it.each(mutations)("$name takes effect exactly once", async ({ operation, run, holds }) => {
    if (fault !== undefined)
      await local.send("POST", "/_local/faults", { json: { ...fault, operation, count: 1 } });

    const failure = await run(cloud, things).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined) {
      expect(isCloudError(failure)).toBe(true);
      await run(cloud, things);
    }

    expect((await local.send("GET", "/_local/faults")).body).toEqual([]); // it did strike
    expect(await holds(cloud, things)).toBe(true);
    const [vms, ips] = [await cloud.listVms(), await cloud.listFloatingIps()];
    for (const names of [vms.map(({ name }) => name), ips.map(({ name }) => name)]) {
      expect(new Set(names).size).toBe(names.length);
    }
    expect(vms.length).toBeLessThanOrEqual(2);
  });
});
