import { createFakeClock, type FakeClock } from "@autoscaler/service-kit";
import { OTHER_KEY, startTestCloud, type TestCloud } from "../testing.ts";
import type { LocalCloudSettings } from "./settings.ts";

const VM = "/v1/jkt01/user-resource/vm";
const IPS = "/v1/jkt01/network/ip_addresses";
const ORDER = "vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts";

type Row = Readonly<Record<string, unknown>>;

describe("habits of the cloud", () => {
  let cloud: TestCloud;
  let clock: FakeClock;

  async function start(change: Partial<LocalCloudSettings> = {}): Promise<void> {
    clock = createFakeClock(Date.UTC(2026, 0, 1));
    cloud = await startTestCloud({ clock, change });
  }
  afterEach(() => cloud.close());

  const create = async (name = "web-1", more = "") =>
    (await cloud.send("POST", VM, { form: `${ORDER}&name=${name}${more}` })).body as Row;
  const list = async (path: string, key?: string) =>
    (await cloud.send("GET", path, key === undefined ? {} : { key })).body as readonly Row[];

  it("merges query, form and JSON for VM calls, and takes the uuid of a delete from body or query", async () => {
    await start();
    const first = await create();
    expect((await cloud.send("POST", `${VM}/stop?uuid=${first["uuid"]}`)).body).toMatchObject({
      status: "stopped",
    });
    expect((await cloud.send("POST", `${VM}/start`, { json: first })).body).toMatchObject({
      status: "running",
    });
    const clone = await cloud.send("POST", `${VM}/clone?uuid=${first["uuid"]}&name=copy-1`, { json: {} });
    expect(clone.body).toMatchObject({ name: "copy-1", updated_at: null });

    expect(await cloud.send("DELETE", `${VM}?uuid=${first["uuid"]}`)).toMatchObject({
      status: 200,
      body: { success: true },
    });
    const inForm = await cloud.send("DELETE", VM, { form: `uuid=${(clone.body as Row)["uuid"]}` });
    expect(inForm).toMatchObject({ status: 200, body: { success: true } });
  });

  it("reserves a public address by default, which has no name and outlives the VM", async () => {
    await start();
    const { uuid } = await create();
    const [ip] = await list(IPS);
    expect(ip).toMatchObject({
      assigned_to: uuid,
      assigned_to_private_ip: "10.77.1.10",
      address: "203.0.113.10",
    });
    expect(ip).not.toHaveProperty("name");
    expect(cloud.driver.publicAddresses()).toEqual([
      { publicIpv4: "203.0.113.10", privateIpv4: "10.77.1.10" },
    ]);

    await cloud.send("DELETE", `${VM}?uuid=${uuid}`);

    const [kept] = await list(IPS);
    expect(kept).toMatchObject({ address: "203.0.113.10", unassigned_at: "2026-01-01 00:00:00" });
    expect(kept).not.toHaveProperty("assigned_to");
    expect(cloud.driver.publicAddresses()).toEqual([]);
  });

  it("has neither network nor public address in the VM object", async () => {
    await start();
    const vm = await create();

    expect(Object.keys(vm)).not.toEqual(expect.arrayContaining(["network_uuid"]));
    expect(JSON.stringify(vm)).not.toContain("203.0.113.");
  });

  it("answers a VM call once the machine exists, not earlier", async () => {
    await start({
      latencyMs: { createVm: 33_000, cloneVm: 0, startVm: 0, stopVm: 0, deleteVm: 0, updateVm: 0 },
    });
    let answered = false;
    const pending = create().then((vm) => {
      answered = true;
      return vm;
    });
    await until(async () => (await cloud.counts()).vms === 1);
    await clock.advance(32_999);
    expect([answered, await list(`${VM}/list`)]).toEqual([false, []]);

    await clock.advance(1);

    expect(await pending).toMatchObject({ status: "running" });
  });

  it("refuses a second change of a VM with 409, lets it be cloned twice at a time", async () => {
    await start({
      latencyMs: { createVm: 0, cloneVm: 5_000, startVm: 0, stopVm: 5_000, deleteVm: 0, updateVm: 0 },
    });
    const { uuid } = await create();
    const clones = ["copy-1", "copy-2"].map((name) =>
      cloud.send("POST", `${VM}/clone`, { json: { uuid, name } }),
    );
    await until(async () => (await cloud.counts()).vms === 3);
    expect((await cloud.send("DELETE", `${VM}?uuid=${uuid}`)).status).toBe(409);
    await clock.advance(5_000);
    expect((await Promise.all(clones)).map(({ status }) => status)).toEqual([200, 200]);

    const stopping = cloud.send("POST", `${VM}/stop`, { json: { uuid } });
    await until(
      async () => (await cloud.send("PATCH", VM, { json: { uuid, name: "other" } })).status === 409,
    );
    await clock.advance(5_000);
    expect((await stopping).body).toMatchObject({ status: "stopped" });
  });

  it("lets lists lag behind, and keeps a tombstone", async () => {
    await start({ listLagMs: 2_000, tombstoneMs: 10_000, ipLagMs: 5_000 });
    const { uuid } = await create();
    expect(await list(`${VM}/list`)).toEqual([]);
    expect((await cloud.send("GET", `${VM}?uuid=${uuid}`)).body).toMatchObject({ status: "running" });
    await clock.advance(2_000);
    expect([(await list(`${VM}/list`)).length, (await list(IPS)).length]).toEqual([1, 0]);
    await clock.advance(3_000);
    expect((await list(IPS)).length).toBe(1);

    await cloud.send("DELETE", `${VM}?uuid=${uuid}`);

    expect(await list(`${VM}/list`)).toMatchObject([{ uuid, status: "running" }]);
    expect((await cloud.send("GET", `${VM}?uuid=${uuid}`)).body).toMatchObject({ status: "Deleted" });
    await clock.advance(2_000);
    expect(await list(`${VM}/list`)).toEqual([]);
    await clock.advance(8_000);
    expect((await cloud.send("GET", `${VM}?uuid=${uuid}`)).status).toBe(400);
    expect((await cloud.send("DELETE", `${VM}?uuid=${uuid}`)).status).toBe(400);
  });

  it("lists a deleted address for a while, answers `true`, and hands the number out again at once", async () => {
    await start({ tombstoneMs: 10_000 });
    const first = (await cloud.send("POST", IPS, { json: {} })).body as Row;
    expect(await cloud.send("DELETE", `${IPS}/${first["address"]}`)).toMatchObject({
      status: 200,
      body: true,
    });

    const second = (await cloud.send("POST", IPS, { json: {} })).body as Row;

    expect([second["address"], second["uuid"] === first["uuid"]]).toEqual([first["address"], false]);
    expect((await list(IPS)).map((ip) => ip["is_deleted"])).toEqual([true, false]);
    expect((await cloud.send("GET", `${IPS}/${first["address"]}`)).body).toMatchObject({
      uuid: second["uuid"],
    });
  });

  it("takes both generations of the assign body", async () => {
    await start();
    const { uuid } = await create("web-1", "&reserve_public_ip=false");
    const { address } = (await cloud.send("POST", IPS, { json: { name: "x" } })).body as Row;
    const bodies = [{ vm_uuid: uuid }, { assigned_to: uuid, assigned_to_resource_type: "virtual_machine" }];
    for (const json of bodies) {
      expect(await cloud.send("POST", `${IPS}/${address}/assign`, { json })).toMatchObject({
        status: 200,
        body: { assigned_to: uuid },
      });
      const free = await cloud.send("POST", `${IPS}/${address}/unassign`);
      expect(free.body).not.toHaveProperty("assigned_to");
    }
  });

  it("makes the first network the default one, and makes one when none is named", async () => {
    await start({ startWithDefaultNetwork: false });
    expect(await list("/v1/jkt01/network/networks")).toEqual([]);

    const made = await cloud.send("POST", "/v1/jkt01/network/network");
    const again = await cloud.send("POST", "/v1/jkt01/network/network");
    const inForm = await cloud.send("POST", "/v1/jkt01/network/network", { form: "name=apps" });

    expect(made.body).toMatchObject({ name: "Default network", is_default: true, subnet: "10.77.1.0/24" });
    expect(again.body).toEqual(made.body);
    expect(inForm.body).toMatchObject({ name: "apps", is_default: false, subnet: "10.77.2.0/24" });
  });

  it("shows an account nothing of another one", async () => {
    await start();
    const { uuid } = await create();

    expect(await list(`${VM}/list`, OTHER_KEY)).toEqual([]);
    expect(await list(IPS, OTHER_KEY)).toEqual([]);
    expect(await list("/v1/jkt01/network/networks", OTHER_KEY)).toMatchObject([{ vm_uuids: [] }]);
    expect(await list("/v1/sgp01/user-resource/vm/list")).toEqual([]);
    expect((await list(`${VM}/list`)).map((vm) => vm["uuid"])).toEqual([uuid]);
  });

  it("notices a machine that went down by itself", async () => {
    await start();
    const { uuid } = await create();
    await list(`${VM}/list`);
    cloud.driver.die(String(uuid));

    await clock.advance(1_000);

    expect(await list(`${VM}/list`)).toMatchObject([{ status: "stopped" }]);
  });

  it("answers 500 when a machine cannot be made, and leaves nothing", async () => {
    await start();
    const { uuid } = await create("web-1", "&reserve_public_ip=false");
    cloud.driver.failNext("clone");

    const answer = await cloud.send("POST", `${VM}/clone`, { json: { uuid, name: "copy-1" } });

    expect([answer.status, answer.body]).toEqual([500, { message: "An unexpected error occurred" }]);
    expect(await cloud.counts()).toMatchObject({ vms: 1, ips: 0 });
    expect(cloud.driver.machineIds()).toEqual([uuid]);
  });
});

/** Waits for the effect of another request; the fake clock stands still. */
async function until(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await check()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("the condition was not met");
}
