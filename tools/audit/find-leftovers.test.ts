import type { FloatingIp, Vm } from "@autoscaler/idcloudhost";
import { type Account, findLeftovers, isStackName } from "./find-leftovers.ts";

describe("isStackName", () => {
  it.each([
    { when: "the seed", name: "dev-ab12cd-seed", ours: true },
    { when: "the network", name: "dev-ab12cd-network", ours: true },
    { when: "a clone", name: "dev-ab12cd-c-m1x2y3", ours: true },
    { when: "another stack's", name: "prod-ab12cd-seed", ours: false },
    { when: "a stack whose name begins alike", name: "dev-2-ab12cd-seed", ours: false },
    { when: "a colleague's VM", name: "dev-database", ours: false },
    { when: "a role that does not exist", name: "dev-ab12cd-seed-backup", ours: false },
  ])("says $ours for $when", ({ name, ours }) => {
    expect(isStackName(name, "dev")).toBe(ours);
  });
});

describe("findLeftovers", () => {
  const vm = (uuid: string, name: string): Vm => ({
    uuid,
    name,
    status: "running",
    diskUuids: [`disk-${uuid}`],
  });
  const ip = (address: string, rest: Partial<FloatingIp>): FloatingIp => ({
    address,
    uuid: address,
    ...rest,
  });
  const disk = (uuid: string, name?: string) => ({
    uuid,
    sizeGb: 20,
    ...(name === undefined ? {} : { name }),
  });
  const network = (name: string) => ({ uuid: name, name, isDefault: false, vmUuids: [] });
  const firewall = (name: string) => ({ uuid: name, name, rules: [], vmUuids: [] });
  const account: Account = {
    vms: [vm("1", "dev-ab12cd-c-1"), vm("2", "database")],
    floatingIps: [
      ip("203.0.113.1", { assignedTo: "1" }),
      ip("203.0.113.2", { assignedTo: "2" }),
      ip("203.0.113.3", { name: "dev-ab12cd-lb" }),
      ip("203.0.113.4", {}),
      ip("203.0.113.5", { name: "kept for later" }),
    ],
    networks: [network("Default network"), network("dev-ab12cd-network")],
    firewalls: [firewall("dev-ab12cd-lb"), firewall("office")],
    disks: [disk("disk-1"), disk("disk-2"), disk("2"), disk("left"), disk("kept", "backups")],
  };

  it("tells ours, strays and other people's things apart", () => {
    const { ours, strayIps, strayDisks } = findLeftovers(account, "dev");

    expect(ours.vms.map(({ name }) => name)).toEqual(["dev-ab12cd-c-1"]);
    expect(ours.floatingIps.map(({ address }) => address)).toEqual(["203.0.113.1", "203.0.113.3"]);
    expect(ours.networks.map(({ name }) => name)).toEqual(["dev-ab12cd-network"]);
    expect(ours.firewalls.map(({ name }) => name)).toEqual(["dev-ab12cd-lb"]);
    expect(ours.disks.map(({ uuid }) => uuid)).toEqual(["disk-1"]);
    expect(strayIps.map(({ address }) => address)).toEqual(["203.0.113.4"]);
    expect(strayDisks?.map(({ uuid }) => uuid)).toEqual(["left"]);
  });

  it("calls no disk stray while a VM does not say its own", () => {
    const silent: Vm = { uuid: "3", name: "old", status: "running" };

    expect(findLeftovers({ ...account, vms: [...account.vms, silent] }, "dev").strayDisks).toBeUndefined();
  });
});
