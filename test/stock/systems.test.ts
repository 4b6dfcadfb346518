import { baseName, type StockSystem, staleBases } from "./systems.ts";

describe("staleBases", () => {
  const system: StockSystem = { name: "debian-12", suite: "bookworm", packages: ["systemd"] };
  const current = baseName(system);

  it.each([
    { when: "it is the present one", name: current, stale: false },
    { when: "its packages have changed", name: baseName({ ...system, packages: ["sudo"] }), stale: true },
    {
      when: "its system is in the matrix no more",
      name: baseName({ ...system, name: "debian-11" }),
      stale: true,
    },
    { when: "its installation was cut off", name: `${current}.unfinished`, stale: true },
  ])("names one: $stale when $when", ({ name, stale }) => {
    expect(staleBases([name], [system])).toEqual(stale ? [name] : []);
  });
});
