import type { MachineSpec } from "../driver.ts";
import { seedOf } from "./seed.ts";

const spec: MachineSpec = {
  id: "3f0c6a52-0000-4000-8000-000000000001",
  hostName: "local-ab12cd-seed",
  vcpu: 2,
  memoryMib: 2048,
  mac: "52:54:00:00:00:01",
  networkId: "net",
  privateIpv4: "10.77.1.10",
  prefixLength: 24,
  gatewayIpv4: "10.77.1.1",
};

describe("seedOf", () => {
  it("names the instance after the VM and gives it its address, its gateway and no name server", () => {
    const { metaData, networkConfig } = seedOf(spec);
    expect(JSON.parse(metaData)).toEqual({ "instance-id": spec.id, "local-hostname": spec.hostName });
    expect(JSON.parse(networkConfig)).toEqual({
      version: 2,
      ethernets: { host0: { addresses: ["10.77.1.10/24"], routes: [{ to: "0.0.0.0/0", via: "10.77.1.1" }] } },
    });
  });

  it.each([
    { when: "a JSON object", userData: '{"runcmd":[]}', text: '#cloud-config\n{"runcmd":[]}\n' },
    { when: "cloud-config", userData: "#cloud-config\nruncmd: []\n", text: "#cloud-config\nruncmd: []\n" },
    { when: "a script", userData: "#!/bin/sh\ntrue", text: "#!/bin/sh\ntrue\n" },
    { when: "empty", userData: " ", text: "#cloud-config\n{}\n" },
    { when: "absent", userData: undefined, text: "#cloud-config\n{}\n" },
  ])("hands on user data that is $when", ({ userData, text }) => {
    expect(seedOf({ ...spec, ...(userData === undefined ? {} : { userData }) }).userData).toBe(text);
  });
});
