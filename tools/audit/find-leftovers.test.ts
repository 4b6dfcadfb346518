import { findLeftovers, isStackName } from "./find-leftovers.ts";

describe("isStackName", () => {
  it.each([
    { when: "the seed", name: "dev-ab12cd-seed", ours: true },
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
  const vm = (uuid: string, name: string) => ({ uuid, name, status: "running" });
  const ip = (address: string, rest: { name?: string; assignedTo?: string }) => ({
    address,
    uuid: address,
    ...rest,
  });

  it("tells ours, strays and other people's things apart", () => {
    const found = findLeftovers(
      {
        vms: [vm("1", "dev-ab12cd-c-1"), vm("2", "database")],
        floatingIps: [
          ip("203.0.113.1", { assignedTo: "1" }),
          ip("203.0.113.2", { assignedTo: "2" }),
          ip("203.0.113.3", { name: "dev-ab12cd-lb" }),
          ip("203.0.113.4", {}),
          ip("203.0.113.5", { name: "kept for later" }),
        ],
      },
      "dev",
    );

    expect(found.ours.vms.map(({ name }) => name)).toEqual(["dev-ab12cd-c-1"]);
    expect(found.ours.floatingIps.map(({ address }) => address)).toEqual(["203.0.113.1", "203.0.113.3"]);
    expect(found.strayIps.map(({ address }) => address)).toEqual(["203.0.113.4"]);
  });
});
