import { execFileSync } from "node:child_process";
import { addBridge, bridgeName } from "@autoscaler/local-cloud/network/bridges.ts";
import { createNamespace, inNamespace } from "@autoscaler/local-cloud/network/namespace.ts";

const instance = "idch-test-net";
const inside = (...command: readonly string[]) => {
  const [program = "", ...args] = inNamespace(command, instance);
  return execFileSync(program, args, { encoding: "utf8" });
};

describe("a network of the local cloud", () => {
  beforeAll(() => createNamespace(instance));
  afterAll(() => void execFileSync("ip", ["netns", "del", instance]));

  it("keeps its gateway's hardware address while machines come and go", async () => {
    await addBridge(instance, { id: "network-1", gatewayIpv4: "10.77.9.1", prefixLength: 24 });
    const name = bridgeName("network-1");
    const gatewayAddress = () => JSON.parse(inside("ip", "-json", "link", "show", name))[0].address;
    const before = gatewayAddress();

    inside(
      "ip",
      "link",
      "add",
      "port0",
      "address",
      "02:00:00:00:00:01",
      "type",
      "veth",
      "peer",
      "name",
      "port1",
    );
    inside("ip", "link", "set", "port0", "master", name);
    const during = gatewayAddress();
    inside("ip", "link", "del", "port0");

    expect([during, gatewayAddress()]).toEqual([before, before]);
  });
});
