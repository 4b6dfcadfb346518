import { decodeFirewall, sameRules } from "./firewall-rules.ts";
import type { FirewallRule } from "./types.ts";

describe("decodeFirewall", () => {
  it("reads the shape of the create answer and that of the list, whatever else is in them", () => {
    const rule = {
      protocol: "tcp",
      direction: "inbound",
      port_start: 22,
      endpoint_spec_type: "any",
      more: 1,
    };
    const read = decodeFirewall({ uuid: "f1", display_name: "wall", rules: [rule], extra: {} });
    expect(read).toEqual({
      uuid: "f1",
      name: "wall",
      vmUuids: [],
      rules: [{ protocol: "tcp", direction: "inbound", portStart: 22, portEnd: 22 }],
    });
    const listed = {
      uuid: "f1",
      name: "wall",
      resources_assigned: [{ resource_type: "vm", resource_uuid: "v1" }],
    };
    expect(decodeFirewall(listed)).toEqual({ uuid: "f1", name: "wall", rules: [], vmUuids: ["v1"] });
  });

  it.each([
    { when: "no uuid", body: { name: "wall" } },
    { when: "a list", body: [] },
    {
      when: "an unknown direction",
      body: { uuid: "f1", rules: [{ protocol: "tcp", direction: "up" }] },
    },
  ])("refuses $when", ({ body }) => {
    expect(() => decodeFirewall(body)).toThrow();
  });
});

describe("sameRules", () => {
  const ssh: FirewallRule = { protocol: "tcp", direction: "inbound", portStart: 22 };
  const ping: FirewallRule = { protocol: "icmp", direction: "inbound" };

  it.each([
    { when: "another order", others: [ping, ssh], same: true },
    { when: "an end that is its start", others: [{ ...ssh, portEnd: 22 }, ping], same: true },
    { when: "another direction", others: [{ ...ssh, direction: "outbound" as const }, ping], same: false },
    { when: "fewer peers", others: [{ ...ssh, prefixes: ["10.0.0.0/8"] }, ping], same: false },
    { when: "one rule more", others: [ssh, ping, ping], same: false },
  ])("says $same of $when", ({ others, same }) => {
    expect(sameRules([ssh, ping], others)).toBe(same);
  });
});
