import fc from "fast-check";
import { bridgeName } from "./bridges.ts";
import { inNamespace } from "./namespace.ts";
import { natRuleset } from "./nat-ruleset.ts";

describe("natRuleset", () => {
  const one = { publicIpv4: "203.0.113.10", privateIpv4: "10.77.1.10" };

  it("replaces its whole table in one transaction", () => {
    const text = natRuleset([one]);
    expect(text.startsWith("table ip cloud\ndelete table ip cloud\ntable ip cloud {")).toBe(true);
    expect(text).toContain("elements = { 203.0.113.10 : 10.77.1.10 }");
    expect(text).toContain("elements = { 10.77.1.10 }");
  });

  it("has no empty element list, which nft refuses", () => {
    expect(natRuleset([])).not.toContain("elements");
  });

  it.each([true, false])("lets machines without a public address out: %s", (egressWithoutPublicIp) => {
    const text = natRuleset([one], { egressWithoutPublicIp });
    expect(text.includes("ip saddr != @with_public ip daddr 198.51.100.0/24 reject")).toBe(
      !egressWithoutPublicIp,
    );
  });

  it("lists a machine with two public addresses once", () => {
    const text = natRuleset([one, { ...one, publicIpv4: "203.0.113.11" }]);
    expect(text).toContain("elements = { 10.77.1.10 }");
  });

  it.each([
    { when: "no address", addresses: [{ ...one, publicIpv4: "" }], problem: "not an IPv4 address" },
    {
      when: "a rule in it",
      addresses: [{ ...one, privateIpv4: "10.77.1.1 } flush ruleset" }],
      problem: "not an IPv4",
    },
    { when: "given twice", addresses: [one, { ...one, privateIpv4: "10.77.1.11" }], problem: "given twice" },
  ])("refuses an address that is or has $when", ({ addresses, problem }) => {
    expect(() => natRuleset(addresses)).toThrow(problem);
  });
});

describe("bridgeName", () => {
  it("always fits an interface name", () => {
    fc.assert(fc.property(fc.string(), (id) => /^br-[0-9a-f]{12}$/.test(bridgeName(id))));
  });
});

describe("inNamespace", () => {
  it("puts nsenter before a command", () => {
    expect(inNamespace(["curl", "-s"], "x")).toEqual(["nsenter", "--net=/run/netns/x", "curl", "-s"]);
    expect(inNamespace(["true"])[1]).toBe("--net=/run/netns/idch-local");
  });
});
