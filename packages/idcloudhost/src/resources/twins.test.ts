import type { Cloud } from "../cloud.ts";
import { vmInputs } from "../testing/vm-inputs.ts";
import type { Firewall, FloatingIp, Network, Vm } from "../types.ts";
import { useCloud } from "./connection.ts";
import { provider as firewall } from "./firewall.ts";
import { provider as floatingIp } from "./floating-ip.ts";
import { provider as network } from "./network.ts";
import { removeAllNamed } from "./remove-stack.ts";
import { provider as vm } from "./vm.ts";

const PREFIX = "local-ab12cd-";
const NAME = vmInputs.name;
const inputs = { ...vmInputs, reservePublicIp: true };

/** A cloud of lists; what is removed is written down in order. */
function world() {
  const vms: Vm[] = [];
  const ips: FloatingIp[] = [];
  const firewalls: Firewall[] = [];
  const networks: Network[] = [];
  const removed: string[] = [];
  const take = <T extends { readonly uuid: string }>(list: T[], uuid: string) => {
    const at = list.findIndex((each) => each.uuid === uuid);
    if (at >= 0) list.splice(at, 1);
    removed.push(uuid);
  };
  const cloud: Partial<Cloud> = {
    listVms: async () => [...vms],
    getVm: async (uuid) => vms.find((each) => each.uuid === uuid) as Vm,
    startVm: async (uuid) => vms.find((each) => each.uuid === uuid) as Vm,
    deleteVm: async (uuid) => take(vms, uuid),
    listFloatingIps: async () => [...ips],
    publicIpsOfVm: async (uuid) => ips.filter(({ assignedTo }) => assignedTo === uuid),
    releaseIp: async (_address, { uuid = "" } = {}) => take(ips, uuid),
    releaseAutomaticIpsOfVm: async (uuid) => {
      const own = ips.filter(({ assignedTo, name }) => assignedTo === uuid && name === undefined);
      for (const ip of own) take(ips, ip.uuid);
      return own;
    },
    assignFloatingIp: async (address) => ips.find((ip) => ip.address === address) as FloatingIp,
    listFirewalls: async () => [...firewalls],
    assignFirewall: async () => undefined,
    unassignFirewall: async () => undefined,
    deleteFirewall: async (uuid) => take(firewalls, uuid),
    listNetworks: async () => [...networks],
    setDefaultNetwork: async (uuid) => networks.find((each) => each.uuid === uuid) as Network,
    deleteNetwork: async (uuid) => take(networks, uuid),
  };
  useCloud(cloud as Cloud);
  return { cloud, vms, ips, firewalls, networks, removed };
}

const machine = (uuid: string, createdAtMs: number, name = NAME): Vm => ({
  uuid,
  name,
  status: "running",
  createdAtMs,
  privateIpv4: "10.77.1.10",
});
const address = (uuid: string, of: Partial<FloatingIp>): FloatingIp => ({
  uuid,
  address: `203.0.113.${uuid.length}`,
  ...of,
});

afterEach(() => useCloud(undefined));

describe("a thing that is there twice under a name which is this stack's alone", () => {
  it("a VM: the oldest stays, the other goes with the address that came with it, after a create", async () => {
    const { cloud, vms, ips, removed } = world();
    cloud.createVm = async () => {
      // A run that was killed had sent its own create before: it ends now, too.
      vms.push(machine("younger", 2_000), machine("older", 1_000));
      ips.push(address("ip-younger", { assignedTo: "younger" }), address("ip", { assignedTo: "older" }));
      return machine("younger", 2_000);
    };

    const { id } = await vm.create(inputs);

    expect(id).toBe("older");
    expect(removed).toEqual(["ip-younger", "younger"]);
  });

  it("a VM: the younger one goes, too, when no list shows it yet", async () => {
    const { cloud, vms, removed } = world();
    const older = machine("older", 1_000);
    const younger = machine("younger", 2_000);
    cloud.createVm = async () => {
      vms.push(older);
      return younger;
    };

    expect((await vm.create(inputs)).id).toBe("older");
    expect(removed).toEqual(["younger"]);
  });

  it("a VM: both were there before, so a create can take one over", async () => {
    const { cloud, vms, removed } = world();
    vms.push(machine("b", 2_000), machine("a", 1_000), machine("other", 0, `${NAME}-2`));
    cloud.createVm = async ({ name }) => vms.find((each) => each.name === name) as Vm;

    expect((await vm.create(inputs)).id).toBe("a");
    expect(removed).toEqual(["b"]);
  });

  it("a VM: an address that is a resource of its own stays when its twin goes", async () => {
    const { vms, ips, removed } = world();
    vms.push(machine("a", 1_000), machine("b", 2_000));
    ips.push(address("ip-named", { assignedTo: "b", name: `${PREFIX}lb` }));

    await vm.delete("a", { ...inputs, privateIpv4: "10.77.1.10" });

    expect(removed).toEqual(["a", "b"]);
    expect(ips).toHaveLength(1);
  });

  it("an address: the one in use stays, and all go at the end", async () => {
    const { cloud, ips, removed } = world();
    const props = { location: "jkt01", name: `${PREFIX}lb`, vmUuid: "v1" };
    ips.push(address("free", { name: props.name }), address("used", { name: props.name, assignedTo: "v1" }));
    cloud.createFloatingIp = async () => ips[0] as FloatingIp;

    const { id, outs } = await floatingIp.create(props);
    expect([id, ...removed]).toEqual(["used", "free"]);
    ips.push(address("late", { name: props.name }), address("others", { name: "others-lb" }));
    await floatingIp.delete(id, outs);

    expect(removed).toEqual(["free", "used", "late"]);
  });

  it("a firewall: the one that protects more stays, and all go at the end", async () => {
    const { cloud, firewalls, removed } = world();
    const props = { location: "jkt01", name: `${PREFIX}lb`, rules: [], vmUuids: ["v1"] };
    const wall = (uuid: string, vmUuids: readonly string[]) => ({
      uuid,
      name: props.name,
      rules: [],
      vmUuids,
    });
    firewalls.push(wall("bare", []), wall("full", ["v1"]));
    cloud.createFirewall = async () => firewalls[0] as Firewall;

    const { id } = await firewall.create(props);
    expect([id, ...removed]).toEqual(["full", "bare"]);
    firewalls.push(wall("late", []));
    await firewall.delete(id, props);

    expect(removed).toEqual(["bare", "full", "late"]);
  });

  it("a network: the one with VMs stays", async () => {
    const { cloud, networks, removed } = world();
    const row = (uuid: string, vmUuids: readonly string[]) => ({
      uuid,
      name: `${PREFIX}network`,
      isDefault: uuid === "full",
      subnet: "10.77.1.0/24",
      vmUuids,
    });
    networks.push(row("empty", []), row("full", ["v1"]));
    cloud.createNetwork = async () => networks[0] as Network;

    const { id } = await network.create({ name: `${PREFIX}network`, location: "jkt01", machineNames: [] });

    expect([id, ...removed]).toEqual(["full", "empty"]);
  });
});

describe("removeAllNamed", () => {
  it("removes what bears the stack's names, and nothing of others", async () => {
    const { cloud, vms, ips, firewalls, removed } = world();
    vms.push(machine("orphan", 0), machine("clone", 0, `${PREFIX}c-x`), machine("others", 0, `x${NAME}`));
    ips.push(address("automatic", { assignedTo: "orphan" }), address("stray", { name: `${PREFIX}lb` }));
    ips.push(address("foreign", { name: "dev-zz99zz-lb" }), address("nameless", {}));
    firewalls.push({ uuid: "wall", name: `${PREFIX}lb`, rules: [], vmUuids: [] });
    firewalls.push({ uuid: "foreign-wall", name: "local-ab12ce-lb", rules: [], vmUuids: [] });

    expect(await removeAllNamed(cloud as Cloud, PREFIX)).toBe(2);

    expect(removed.toSorted()).toEqual(["automatic", "clone", "orphan", "stray", "wall"]);
  });

  it.each([
    { state: "of today", machineNames: [`${PREFIX}lb`], left: [] },
    { state: "of version 0.1.0", machineNames: undefined as never, left: ["lb"] },
  ])("with a state $state, the end of a network removes what it may", async ({ machineNames, left }) => {
    const { cloud, vms, networks } = world();
    const ours = {
      uuid: "n",
      name: `${PREFIX}network`,
      isDefault: true,
      subnet: "10.77.1.0/24",
      vmUuids: [],
    };
    networks.push(ours);
    cloud.getNetwork = async () => ours;
    vms.push(machine("lb", 0, `${PREFIX}lb`), machine("clone", 0, `${PREFIX}c-x`));

    await network.delete("n", { ...ours, cidr: ours.subnet, location: "jkt01", machineNames });

    expect(vms.map(({ uuid }) => uuid)).toEqual(left);
  });

  it.each(["", "local-", "-", "local-ab12cd", "local-ab12-"])(
    "refuses %j, which may be others', too",
    async (prefix) => {
      const { cloud, removed } = world();

      await expect(removeAllNamed(cloud as Cloud, prefix)).rejects.toThrow(/others' names/);
      expect(removed).toEqual([]);
    },
  );
});
