import { execFileSync, spawn, spawnSync } from "node:child_process";
import type { MachineFirewall } from "@autoscaler/local-cloud/machines/driver.ts";
import { addBridge, bridgeName } from "@autoscaler/local-cloud/network/bridges.ts";
import { firewallRuleset } from "@autoscaler/local-cloud/network/firewall-ruleset.ts";
import { createNamespace, inNamespace } from "@autoscaler/local-cloud/network/namespace.ts";
import { natRuleset } from "@autoscaler/local-cloud/network/nat-ruleset.ts";

const instance = "idch-test-wall";
const machines = [
  { name: "idch-test-wall-a", privateIpv4: "10.77.9.10", publicIpv4: "203.0.113.10" },
  { name: "idch-test-wall-b", privateIpv4: "10.77.9.11", publicIpv4: "203.0.113.11" },
] as const;
const [a, b] = machines;

const inside = (namespace: string, command: readonly string[], input?: string) => {
  const [program = "", ...args] = inNamespace(command, namespace);
  return execFileSync(program, args, { encoding: "utf8", ...(input === undefined ? {} : { input }) });
};
const listen = "for (const port of [22, 80, 8082]) require('net').createServer((s) => s.end()).listen(port)";
const connect =
  "require('net').connect(Number(process.argv[2]), process.argv[1]).setTimeout(700, () => process.exit(1)).on('error', () => process.exit(1)).on('connect', () => process.exit(0))";

/** Whether a TCP connection comes about. */
function reaches(from: string, address: string, port: number): boolean {
  const [program = "", ...args] = inNamespace([process.execPath, "-e", connect, address, String(port)], from);
  return spawnSync(program, args).status === 0;
}

/** Namespaces in the place of machines: the same bridge, addresses and rules, without an hour of booting. */
describe("firewalls of the local cloud", () => {
  const servers = machines.map(() => undefined as ReturnType<typeof spawn> | undefined);
  const apply = (firewalls: readonly MachineFirewall[]) =>
    inside(instance, ["nft", "-f", "-"], firewallRuleset(firewalls));

  beforeAll(async () => {
    await createNamespace(instance);
    await addBridge(instance, { id: "network-1", gatewayIpv4: "10.77.9.1", prefixLength: 24 });
    for (const [index, { name, privateIpv4 }] of machines.entries()) {
      execFileSync("ip", ["netns", "add", name]);
      const port = `port${index}`;
      inside(instance, ["ip", "link", "add", port, "type", "veth", "peer", "name", "host0", "netns", name]);
      inside(instance, ["ip", "link", "set", port, "master", bridgeName("network-1"), "up"]);
      inside(name, ["ip", "address", "add", `${privateIpv4}/24`, "dev", "host0"]);
      for (const link of ["lo", "host0"]) inside(name, ["ip", "link", "set", link, "up"]);
      inside(name, ["ip", "route", "add", "default", "via", "10.77.9.1"]);
      const [program = "", ...args] = inNamespace([process.execPath, "-e", listen], name);
      servers[index] = spawn(program, args, { stdio: "ignore" });
    }
    inside(instance, ["nft", "-f", "-"], natRuleset(machines));
    for (const { privateIpv4 } of machines) {
      while (!reaches(instance, privateIpv4, 22)) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  afterAll(() => {
    for (const server of servers) server?.kill("SIGKILL");
    for (const name of [...machines.map((machine) => machine.name), instance])
      execFileSync("ip", ["netns", "del", name]);
  });

  it("lets everything through without one", () => {
    apply([]);
    expect([80, 8082].map((port) => reaches(instance, a.publicIpv4, port))).toEqual([true, true]);
    expect(reaches(b.name, a.privateIpv4, 8082)).toBe(true);
  });

  it("admits what its rules name, by the public address and by the private one", () => {
    const network = { prefixes: ["10.77.9.0/24"] };
    apply([
      {
        privateIpv4: a.privateIpv4,
        inbound: [
          { protocol: "tcp", ports: { start: 80, end: 80 } },
          { protocol: "tcp", ports: { start: 22, end: 22 }, ...network },
        ],
      },
    ]);
    expect([80, 22, 8082].map((port) => reaches(instance, a.publicIpv4, port))).toEqual([true, false, false]);
    expect([80, 22, 8082].map((port) => reaches(b.name, a.privateIpv4, port))).toEqual([true, true, false]);
    expect(reaches(b.name, a.publicIpv4, 8082)).toBe(false);
    expect(reaches(a.name, b.privateIpv4, 8082)).toBe(true); // answers pass
    expect(reaches(a.name, b.publicIpv4, 8082)).toBe(true);
  });

  it("lets leave what its rules name", () => {
    apply([
      {
        privateIpv4: a.privateIpv4,
        inbound: [],
        outbound: [{ protocol: "tcp", ports: { start: 80, end: 80 } }],
      },
    ]);
    expect([80, 8082].map((port) => reaches(a.name, b.privateIpv4, port))).toEqual([true, false]);
    expect([80, 8082].map((port) => reaches(a.name, b.publicIpv4, port))).toEqual([true, false]);
    expect(reaches(b.name, a.privateIpv4, 80)).toBe(false);
  });
});
