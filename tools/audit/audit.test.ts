import { createCloud } from "@autoscaler/idcloudhost";
import { startTestCloud, TEST_KEY, type TestCloud } from "@autoscaler/local-cloud/testing.ts";
import { audit, renderAudit } from "./audit.ts";

describe("audit", () => {
  const order = { osName: "ubuntu", osVersion: "24.04-lts", vcpu: 2, memoryMib: 2048, diskGb: 20 };
  let local: TestCloud;

  beforeAll(async () => {
    local = await startTestCloud({ change: { bootDiskOfDeletedVm: "kept" } });
  });
  afterAll(() => local.close());

  it("finds each kind of thing that is left, and its commands remove them all", async () => {
    const place = { apiUrl: local.url, location: "jkt01" };
    // proving that a VM is gone takes three reads, which the client spreads over 4 s of real time otherwise
    const cloud = createCloud({ ...place, apiKey: TEST_KEY, absence: { intervalMs: 10 } });
    const network = await cloud.createNetwork("dev-ab12cd-network");
    const seed = { ...order, networkUuid: network.uuid, reservePublicIp: true };
    const vm = await cloud.createVm({ ...seed, name: "dev-ab12cd-seed" });
    const gone = await cloud.createVm({ ...order, name: "gone", reservePublicIp: true });
    await cloud.deleteVm(gone.uuid);
    await cloud.createFirewall({
      name: "dev-ab12cd-seed",
      rules: [{ protocol: "tcp", direction: "inbound", portStart: 22 }],
    });

    const found = await audit(cloud, "dev");

    expect(found).toMatchObject({ leftCount: 4, strayIps: [{}], strayDisks: [{ sizeGb: 20 }] });
    expect(found.cost.rupiahPerHour).toBeGreaterThan(0);
    expect(found.ours.disks).toHaveLength(1);

    const text = renderAudit(found, place);
    const commands = text.split("\n").filter((line) => line.includes("curl"));
    expect(commands).toHaveLength(6);
    expect(text).not.toContain(TEST_KEY);
    for (const line of commands) {
      const url = new URL(/"(http[^"]+)"/.exec(line)?.[1] ?? "");
      expect((await local.send("DELETE", url.pathname + url.search)).status).toBeLessThan(300);
    }
    expect(await audit(cloud, "dev")).toMatchObject({ leftCount: 0, strayIps: [] });
    // The switch keeps the disk of the VM that the first command deleted.
    expect((await audit(cloud, "dev")).strayDisks?.map(({ uuid }) => uuid)).toEqual(vm.diskUuids);
  });
});
