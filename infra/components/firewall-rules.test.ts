import { firewallRulesOf } from "./firewall-rules.ts";

describe("firewallRulesOf", () => {
  it.each([
    { role: "lb", open: [80, 443] },
    { role: "monitor", open: [22] },
    { role: "seed", open: [] },
  ] as const)("opens $open of the $role to everybody, the rest to its own network", ({ role, open }) => {
    const inbound = firewallRulesOf(role, "10.77.1.0/24").filter(({ direction }) => direction === "inbound");

    expect(inbound.flatMap(({ prefixes, portStart }) => (prefixes === undefined ? portStart : []))).toEqual(
      open,
    );
    expect(inbound.filter(({ prefixes }) => prefixes?.[0] === "10.77.1.0/24")).toHaveLength(3);
  });
});
