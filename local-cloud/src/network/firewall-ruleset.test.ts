import { firewallRuleset } from "./firewall-ruleset.ts";

describe("firewallRuleset", () => {
  const machine = { privateIpv4: "10.77.1.10", inbound: [] };

  it("replaces both of its tables in one transaction", () => {
    const text = firewallRuleset([]);
    expect(firewallRuleset([], { withBridge: false })).not.toContain("bridge");
    for (const table of ["ip cloud_firewall", "bridge cloud_firewall"]) {
      expect(text).toContain(`table ${table}\ndelete table ${table}\ntable ${table} {`);
    }
  });

  it.each([
    {
      when: "a port",
      pass: { protocol: "tcp", ports: { start: 22, end: 22 } },
      line: "ip protocol tcp th dport 22-22 accept",
    },
    { when: "every port", pass: { protocol: "udp" }, line: "ip protocol udp accept" },
    { when: "pings", pass: { protocol: "icmp" }, line: "ip protocol icmp accept" },
    {
      when: "a range for a network",
      pass: { protocol: "tcp", ports: { start: 80, end: 443 }, prefixes: ["10.77.1.0/24"] },
      line: "ip saddr 10.77.1.0/24 ip protocol tcp th dport 80-443 accept",
    },
    { when: "anything", pass: { protocol: "any" }, line: "    accept" },
    {
      when: "a port of any protocol",
      pass: { protocol: "any", ports: { start: 53, end: 53 } },
      line: "meta l4proto { tcp, udp } th dport 53-53 accept",
    },
  ] as const)("lets $when in and drops the rest", ({ pass, line }) => {
    const chain = /chain in_10_77_1_10 \{\n([^}]*(?:\{[^}]*\}[^}]*)?)\n {2}\}/.exec(
      firewallRuleset([{ ...machine, inbound: [pass] }]),
    )?.[1];
    expect(chain?.trimEnd().endsWith("drop")).toBe(true);
    expect(chain).toContain(line);
  });

  it("lets leave what it names, whose arrival others then judge; without a list everything", () => {
    const named = firewallRuleset([{ ...machine, outbound: [{ protocol: "tcp" }] }]);
    expect(named).toContain("chain out_10_77_1_10 {\n    ip protocol tcp return\n    drop\n");
    expect(firewallRuleset([machine])).not.toContain("out_10_77_1_10");
  });

  it.each([
    { when: "a machine", firewalls: [{ ...machine, privateIpv4: "10.77.1.1; flush ruleset" }] },
    {
      when: "a prefix",
      firewalls: [{ ...machine, inbound: [{ protocol: "tcp" as const, prefixes: ["all } flush"] }] }],
    },
  ])("refuses an address that is none: $when", ({ firewalls }) => {
    expect(() => firewallRuleset(firewalls)).toThrow(/not an IPv4 address/);
  });
});
