import { strict as assert } from "node:assert";
import type { Cloud } from "./cloud.ts";
import { isNotFound } from "./errors.ts";
import { sameRules } from "./firewall-rules.ts";
import type { CreateVmInput, FirewallRule, FloatingIp, Network, Vm } from "./types.ts";

/** Where the contract is tried. Everything it makes has `prefix` in its name, except automatic addresses. */
export interface ContractSetting {
  readonly cloud: Cloud;
  /** Letters and digits, unique to this run. */
  readonly prefix: string;
  /** Size and system of the VM: the smallest there is. */
  readonly order: Pick<CreateVmInput, "osName" | "osVersion" | "vcpu" | "memoryMib" | "diskGb" | "cloudInit">;
  /** How long the automatic address of a VM may take to be listed. */
  readonly waitForIpMs: number;
}

export interface ContractStep {
  readonly name: string;
  run(): Promise<void>;
}

export interface ContractRun {
  /** In order: later ones use what earlier ones made. */
  readonly steps: readonly ContractStep[];
  /** Removes everything that is still there, whatever has failed. */
  cleanUp(): Promise<void>;
}

/**
 * What callers of the client rely on, as steps that fail by throwing. One network, one VM, one clone of it and up to
 * three public addresses; no test framework, so that it also runs against a real account.
 */
export function createContractRun({ cloud, prefix, order, waitForIpMs }: ContractSetting): ContractRun {
  const made: { network?: Network; vm?: Vm; clone?: Vm; ip?: FloatingIp; heir?: Network | undefined } = {};
  const automatic = new Map<string, FloatingIp>();
  const network = () => present(made.network, "network");
  const vm = () => present(made.vm, "VM");
  const clone = () => present(made.clone, "clone");
  const ip = () => present(made.ip, "public address");
  const input = (): CreateVmInput => ({
    ...order,
    name: `${prefix}-vm`,
    networkUuid: network().uuid,
    reservePublicIp: false,
  });

  const steps: ContractStep[] = [
    step("reads what the operator offers", async () => {
      assert.ok((await cloud.listHostPools()).length > 0);
      const image = (await cloud.listOsImages()).find(({ osName }) => osName === order.osName);
      assert.ok(image?.versions.includes(order.osVersion));
      assert.ok((await cloud.listPrices()).some(({ resourceType }) => resourceType === "CPU"));
    }),
    step("makes a network once, however often it is asked", async () => {
      made.network = await cloud.createNetwork(`${prefix}-net`);
      assert.equal((await cloud.createNetwork(`${prefix}-net`)).uuid, network().uuid);
    }),
    step("makes a network the default, alone", async () => {
      made.heir = (await cloud.listNetworks()).find(
        ({ isDefault, uuid }) => isDefault && uuid !== network().uuid,
      );
      assert.equal((await cloud.setDefaultNetwork(network().uuid)).isDefault, true);
      const defaults = (await cloud.listNetworks()).filter(({ isDefault }) => isDefault);
      assert.deepEqual(
        defaults.map(({ uuid }) => uuid),
        [network().uuid],
      );
    }),
    step("makes a VM once, however often it is asked", async () => {
      made.vm = await cloud.createVm(input());
      assert.equal(vm().status, "running");
      await eventually(async () => (await cloud.findVmByName(vm().name))?.uuid === vm().uuid);
      assert.equal((await cloud.createVm(input())).uuid, vm().uuid);
    }),
    step("finds the network of a VM", async () => {
      assert.equal((await cloud.networkOfVm(vm().uuid))?.uuid, network().uuid);
    }),
    step("clones a running VM into the default network, with a public address of its own", async () => {
      made.clone = await cloud.cloneVm({ sourceUuid: vm().uuid, name: `${prefix}-clone` });
      assert.notEqual(clone().uuid, vm().uuid);
      assert.equal((await cloud.networkOfVm(clone().uuid))?.uuid, network().uuid);
      await eventually(async () => (await cloud.publicIpsOfVm(clone().uuid)).length > 0, waitForIpMs);
      for (const each of await cloud.publicIpsOfVm(clone().uuid)) automatic.set(each.uuid, each);
      assert.deepEqual(
        [...automatic.values()].map(({ name }) => name),
        [undefined],
      );
    }),
    step("leaves the public address of a deleted VM allocated, and releases it", async () => {
      const [kept] = [...automatic.values()];
      await cloud.deleteVm(clone().uuid);
      await cloud.deleteVm(clone().uuid);
      const found = (await cloud.listFloatingIps()).find(({ uuid }) => uuid === kept?.uuid);
      assert.deepEqual([found?.address, found?.assignedTo], [kept?.address, undefined]);
      await cloud.releaseIp(present(found, "kept address").address, {
        uuid: present(found, "kept address").uuid,
      });
      assert.equal(
        (await cloud.listFloatingIps()).some(({ uuid }) => uuid === kept?.uuid),
        false,
      );
    }),
    step("stops, resizes, renames and starts a VM", async () => {
      assert.equal((await cloud.stopVm(vm().uuid, { force: true })).status, "stopped");
      assert.equal((await cloud.stopVm(vm().uuid)).status, "stopped");
      const memoryMib = order.memoryMib + 1024;
      const resized = await cloud.renameOrResizeVm({ uuid: vm().uuid, name: `${prefix}-new`, memoryMib });
      assert.deepEqual(
        [resized.name, resized.memoryMib, resized.vcpu],
        [`${prefix}-new`, memoryMib, order.vcpu],
      );
      const same = await cloud.renameOrResizeVm({ uuid: vm().uuid, vcpu: order.vcpu, memoryMib });
      assert.equal(same.memoryMib, memoryMib);
      assert.equal((await cloud.startVm(vm().uuid)).status, "running");
    }),
    step("allocates a public address once, assigns, unassigns and releases it", async () => {
      made.ip = await cloud.createFloatingIp({ name: `${prefix}-ip` });
      assert.equal((await cloud.createFloatingIp({ name: `${prefix}-ip` })).uuid, ip().uuid);
      assert.equal((await cloud.assignFloatingIp(ip().address, vm().uuid)).assignedTo, vm().uuid);
      assert.equal((await cloud.assignFloatingIp(ip().address, vm().uuid)).assignedTo, vm().uuid);
      assert.deepEqual(
        await cloud.releaseAutomaticIpsOfVm(vm().uuid),
        [],
        "a named address is not an automatic one",
      );
      assert.equal((await cloud.unassignFloatingIp(ip().address)).assignedTo, undefined);
      await cloud.assignFloatingIp(ip().address, vm().uuid);
      await cloud.releaseIp(ip().address, { uuid: ip().uuid });
      await cloud.releaseIp(ip().address, { uuid: ip().uuid });
      assert.deepEqual(await cloud.publicIpsOfVm(vm().uuid), []);
    }),
    step("puts a VM behind a firewall, changes its rules, and removes it", async () => {
      const ssh: FirewallRule = { protocol: "tcp", direction: "inbound", portStart: 22 };
      const web: FirewallRule = { ...ssh, portStart: 80, portEnd: 443, prefixes: ["10.0.0.0/8"] };
      const name = `${prefix}-wall`;
      const read = async () => (await cloud.listFirewalls()).find((firewall) => firewall.name === name);
      const { uuid } = await cloud.createFirewall({ name, rules: [ssh] });
      assert.equal((await cloud.createFirewall({ name, rules: [ssh] })).uuid, uuid);
      await cloud.assignFirewall(uuid, vm().uuid);
      await cloud.assignFirewall(uuid, vm().uuid);
      assert.deepEqual((await read())?.vmUuids, [vm().uuid]);
      await cloud.replaceFirewall(uuid, { name, rules: [web, ssh] });
      assert.ok(sameRules((await read())?.rules ?? [], [ssh, web]));
      assert.deepEqual((await read())?.vmUuids, [vm().uuid]);
      for (const vmUuid of [vm().uuid, vm().uuid]) await cloud.unassignFirewall(uuid, vmUuid);
      for (const gone of [uuid, uuid]) await cloud.deleteFirewall(gone);
      assert.equal(await read(), undefined);
    }),
    step("reports a missing resource as not found, and nothing else", async () => {
      await assert.rejects(cloud.getVm("aaaaaaaa-0000-4000-8000-cccccccccccc"), isNotFound);
      await assert.rejects(cloud.getNetwork("aaaaaaaa-0000-4000-8000-cccccccccccc"), isNotFound);
      assert.equal(await cloud.findVmByName(`${prefix}-nobody`), undefined);
      assert.equal(await cloud.networkOfVm("aaaaaaaa-0000-4000-8000-cccccccccccc"), undefined);
    }),
    step("refuses to delete a network in use, then deletes everything", async () => {
      await assert.rejects(cloud.deleteNetwork(network().uuid));
      await cloud.deleteVm(vm().uuid);
      await cloud.deleteNetwork(network().uuid);
      await cloud.deleteNetwork(network().uuid);
      await assert.rejects(cloud.getNetwork(network().uuid), isNotFound);
    }),
  ];

  return {
    steps,
    async cleanUp() {
      const ours = (thing: { readonly name?: string }) => thing.name?.startsWith(prefix) === true;
      const vms = (await cloud.listVms()).filter(ours);
      const ips = await cloud.listFloatingIps();
      const mine = ips.filter(
        (each) => ours(each) || automatic.has(each.uuid) || vms.some(({ uuid }) => uuid === each.assignedTo),
      );
      for (const { uuid } of (await cloud.listFirewalls()).filter(ours)) await cloud.deleteFirewall(uuid);
      for (const { address, uuid } of mine) await cloud.releaseIp(address, { uuid });
      for (const { uuid } of vms) await cloud.deleteVm(uuid);
      const networks = (await cloud.listNetworks()).filter(ours);
      if (made.heir !== undefined && networks.some(({ isDefault }) => isDefault)) {
        await cloud.setDefaultNetwork(made.heir.uuid);
      }
      for (const { uuid } of networks) await cloud.deleteNetwork(uuid);
    },
  };
}

function step(name: string, run: () => Promise<void>): ContractStep {
  return { name, run };
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`no ${what}: an earlier step failed`);
  return value;
}

/** Lists lag: asks again for a while before it calls something missing. */
async function eventually(check: () => Promise<boolean>, forMs = 30_000): Promise<void> {
  const endMs = Date.now() + forMs;
  while (!(await check())) {
    if (Date.now() > endMs) throw new Error(`not seen within ${forMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(forMs / 20, 250)));
  }
}
