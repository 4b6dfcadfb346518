import { firewallRuleProblems } from "./check-input.ts";
import { createCloud } from "./create-cloud.ts";
import type { CreateVmInput, FirewallRule } from "./types.ts";

const good: CreateVmInput = {
  name: "web-1",
  osName: "ubuntu",
  osVersion: "24.04-lts",
  vcpu: 2,
  memoryMib: 2048,
  diskGb: 20,
  reservePublicIp: false,
};

describe("requests are checked before they are sent", () => {
  // Nothing listens here: whatever passes the check fails with another code.
  const cloud = createCloud({ apiUrl: "http://127.0.0.1:1", apiKey: "key", location: "jkt01", tryCount: 1 });
  const refused = { code: "CLOUD_INPUT_INVALID", outcome: "not-sent" };

  it.each<{ when: string; change: Partial<CreateVmInput> }>([
    { when: "a name with an underscore", change: { name: "web_1" } },
    { when: "a short name", change: { name: "abc" } },
    { when: "a name that ends in a hyphen", change: { name: "web-" } },
    { when: "no core", change: { vcpu: 0 } },
    { when: "a part of a core", change: { vcpu: 1.5 } },
    { when: "negative memory", change: { memoryMib: -2048 } },
    { when: "no number", change: { diskGb: Number.NaN } },
    { when: "too much user data", change: { cloudInit: "x".repeat(65 * 1024) } },
    { when: "a network that is a path", change: { networkUuid: "../x" } },
  ])("createVm refuses $when", async ({ change }) => {
    await expect(cloud.createVm({ ...good, ...change })).rejects.toMatchObject(refused);
  });

  it("shows all problems at once", async () => {
    await expect(cloud.createVm({ ...good, name: "x", vcpu: 0 })).rejects.toThrow(/name.*; vcpu/);
  });

  it("accepts valid input", async () => {
    await expect(cloud.createVm(good)).rejects.toMatchObject({ code: "CLOUD_UNREACHABLE" });
  });

  it.each([
    { when: "get a VM without a uuid", call: () => cloud.getVm("") },
    { when: "delete a VM by path", call: () => cloud.deleteVm("../list") },
    { when: "clone into a bad name", call: () => cloud.cloneVm({ sourceUuid: "a1", name: "no" }) },
    { when: "resize to nothing", call: () => cloud.renameOrResizeVm({ uuid: "a1", vcpu: 0 }) },
    { when: "release what is no address", call: () => cloud.releaseIp("203.0.113.10/../x") },
    { when: "assign without a VM", call: () => cloud.assignFloatingIp("203.0.113.10", "") },
    { when: "allocate without a name", call: () => cloud.createFloatingIp({ name: " " }) },
    { when: "make a network without a name", call: () => cloud.createNetwork("") },
    { when: "delete a network by path", call: () => cloud.deleteNetwork("a/../b") },
  ])("refuses to $when", async ({ call }) => {
    await expect(call()).rejects.toMatchObject(refused);
  });
});

describe("firewallRuleProblems", () => {
  const ssh: FirewallRule = { protocol: "tcp", direction: "inbound", portStart: 22 };

  it.each<{ when: string; rules: readonly FirewallRule[]; problem: string | undefined }>([
    { when: "one port", rules: [ssh], problem: undefined },
    {
      when: "every port of a network",
      rules: [{ protocol: "udp", direction: "outbound", prefixes: ["10.0.0.0/8"] }],
      problem: undefined,
    },
    { when: "no rule", rules: [], problem: "a firewall needs at least one rule" },
    {
      when: "an unknown protocol",
      rules: [{ ...ssh, protocol: "sctp" }],
      problem: "the protocol must be tcp, udp, icmp or any",
    },
    {
      when: "port 0",
      rules: [{ ...ssh, portStart: 0 }],
      problem: "a port must be a whole number from 1 to 65535",
    },
    {
      when: "half a port",
      rules: [{ ...ssh, portEnd: 80.5 }],
      problem: "a port must be a whole number from 1 to 65535",
    },
    {
      when: "an end before its start",
      rules: [{ ...ssh, portEnd: 21 }],
      problem: "portEnd must not be below portStart",
    },
    {
      when: "an empty list of prefixes",
      rules: [{ ...ssh, prefixes: [] }],
      problem: "an empty list of prefixes lets nothing through; leave prefixes out to allow every peer",
    },
    {
      when: "a prefix too long",
      rules: [{ ...ssh, prefixes: ["10.0.0.0/33"] }],
      problem: "a prefix must be an IPv4 address or CIDR",
    },
  ])("sees $when", ({ rules, problem }) => {
    expect(firewallRuleProblems(rules).filter(Boolean)).toEqual(problem === undefined ? [] : [problem]);
  });
});
