import { createFakeClock, type FakeClock } from "@autoscaler/service-kit";
import { OTHER_KEY, startTestCloud, type TestCloud } from "../testing.ts";

const VM = "/v1/user-resource/vm";
const DISKS = "/v1/storage/disks";
const FIREWALLS = "/v1/network/firewalls";
const ORDER = "name=web-1&vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts";

type Row = Readonly<Record<string, unknown>>;

describe("resources around VMs", () => {
  let cloud: TestCloud;
  let clock: FakeClock;
  let uuid: string;

  beforeEach(async () => {
    clock = createFakeClock(Date.UTC(2026, 0, 1));
    cloud = await startTestCloud({ clock, change: { bootDiskOfDeletedVm: "kept" } });
    uuid = String((await rowOf("POST", VM, ORDER))["uuid"]);
  });
  afterEach(() => cloud.close());

  const rowOf = async (method: string, path: string, form?: string) =>
    (await cloud.send(method, path, form === undefined ? {} : { form })).body as Row;
  const list = async (path: string, key?: string) =>
    (await cloud.send("GET", path, key === undefined ? {} : { key })).body as readonly Row[];
  const wall = async (rules: readonly object[]) =>
    (await cloud.send("POST", FIREWALLS, { json: { display_name: "wall", rules } })).body as Row;

  it("lists boot disks, which have no name, and only their owner's; one that outlived its VM can be deleted", async () => {
    const [disk] = await list(DISKS);
    expect(disk).toMatchObject({
      status: "Active",
      source_image_type: "OS_BASE",
      size_gb: 20,
      created_at: "2026-01-01T00:00:00.000+0000",
    });
    expect(disk).not.toHaveProperty("display_name");
    expect(await list(DISKS, OTHER_KEY)).toEqual([]);
    await cloud.send("DELETE", `${VM}?uuid=${uuid}`);

    expect((await cloud.send("DELETE", `${DISKS}/${disk?.["uuid"]}`, { key: OTHER_KEY })).status).toBe(404);
    expect((await cloud.send("DELETE", `${DISKS}/${disk?.["uuid"]}`)).status).toBe(204);

    expect(await list(DISKS)).toEqual([]);
  });

  it("tells the driver of a resize", async () => {
    await cloud.send("POST", `${VM}/stop`, { form: `uuid=${uuid}` });
    await cloud.send("PATCH", VM, { form: `uuid=${uuid}&vcpu=4&ram=4096` });

    expect(cloud.driver.sizeOf(uuid)).toEqual({ vcpu: 4, memoryMib: 4096 });
  });

  describe("firewalls", () => {
    const ssh = { protocol: "tcp", direction: "inbound", port_start: 22, endpoint_spec_type: "any" };

    it("fill in the end of a port range, and forget order and description", async () => {
      const made = await wall([
        ssh,
        { ...ssh, port_start: null, endpoint_spec_type: "ip_prefixes", endpoint_spec: ["10.0.0.0/8"] },
      ]);
      expect(made).not.toHaveProperty("description");
      expect(made["rules"]).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ port_start: 22, port_end: 22, endpoint_spec: null }),
          expect.objectContaining({ port_start: null, port_end: null, endpoint_spec: ["10.0.0.0/8"] }),
        ]),
      );
    });

    it("reach the driver for the VMs behind them, together when there are several, until those are gone", async () => {
      const first = await wall([ssh]);
      const second = await wall([{ ...ssh, port_start: 80 }]);
      for (const { uuid: wallUuid } of [first, second] as readonly Row[])
        await cloud.send("POST", `${FIREWALLS}/${wallUuid}/vms?vm_uuid=${uuid}`);
      expect(cloud.driver.firewalls()).toEqual([
        {
          privateIpv4: "10.77.1.10",
          inbound: [
            { protocol: "tcp", ports: { start: 22, end: 22 } },
            { protocol: "tcp", ports: { start: 80, end: 80 } },
          ],
          outbound: [],
        },
      ]);

      await cloud.send("DELETE", `${VM}?uuid=${uuid}`);

      expect(cloud.driver.firewalls()).toEqual([]);
      expect((await list(FIREWALLS)).map((row) => row["resources_assigned"])).toEqual([[], []]);
    });

    it("survive a change of rules with their VMs, and belong to one account only", async () => {
      const { uuid: wallUuid } = await wall([ssh]);
      await cloud.send("POST", `${FIREWALLS}/${wallUuid}/vms?vm_uuid=${uuid}`);
      const changed = await cloud.send("PUT", `${FIREWALLS}/${wallUuid}`, {
        json: { rules: [{ ...ssh, port_start: 80 }] },
      });
      expect(changed.body).toMatchObject({
        display_name: "wall",
        resources_assigned: [{ resource_type: "vm", resource_uuid: uuid }],
      });
      expect(await list(FIREWALLS, OTHER_KEY)).toEqual([]);
      await cloud.send("DELETE", `${FIREWALLS}/${wallUuid}/vms?vm_uuid=${uuid}`);
      expect(cloud.driver.firewalls()).toEqual([]);
    });
  });
});
