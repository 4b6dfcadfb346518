import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { createNoneDriver } from "../machines/none.ts";
import { startTestCloud, type TestCloud } from "../testing.ts";

const VM = "/v1/user-resource/vm";
const ORDER = "name=web-1&vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts";

describe("a restart of the server", () => {
  let directory: string;
  let stateFile: string;
  const open: TestCloud[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/local-cloud-`);
    stateFile = `${directory}/cloud.json`;
  });
  afterEach(async () => {
    for (const cloud of open.splice(0)) await cloud.close();
    await rm(directory, { recursive: true });
  });

  async function start(driver = createNoneDriver()): Promise<TestCloud> {
    const cloud = await startTestCloud({ driver, stateFile, change: { bootDiskOfDeletedVm: "kept" } });
    open.push(cloud);
    return { ...cloud, driver };
  }
  async function edit(change: (vm: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
    const state = JSON.parse(await readFile(stateFile, "utf8"));
    await writeFile(stateFile, JSON.stringify({ ...state, vms: state.vms.map(change) }));
  }

  it("keeps networks, VMs and addresses, and machines run on", async () => {
    const first = await start();
    await first.send("POST", VM, { form: ORDER });
    const before = (await first.send("GET", "/_local/state")).body;
    await first.close();

    const second = await start(first.driver);

    expect((await second.send("GET", "/_local/state")).body).toEqual(before);
    expect(second.driver.runningIds()).toHaveLength(1);
    expect(second.driver.publicAddresses()).toHaveLength(1);
  });

  it("keeps firewalls and disks, and puts the firewalls up again", async () => {
    const first = await start();
    const { uuid } = (await first.send("POST", VM, { form: ORDER })).body as { uuid: string };
    const rules = [{ protocol: "tcp", direction: "inbound", port_start: 22, endpoint_spec_type: "any" }];
    const wall = await first.send("POST", "/v1/network/firewalls", { json: { display_name: "wall", rules } });
    const { uuid: wallUuid } = wall.body as { uuid: string };
    await first.send("POST", `/v1/network/firewalls/${wallUuid}/vms?vm_uuid=${uuid}`);
    const { body: kept } = await first.send("POST", VM, { form: ORDER });
    await first.send("DELETE", `${VM}?uuid=${(kept as { uuid: string }).uuid}`);
    const look = async (cloud: TestCloud) => [
      (await cloud.send("GET", "/v1/network/firewalls")).body,
      (await cloud.send("GET", "/v1/storage/disks")).body,
    ];
    const before = await look(first);
    await first.close();

    const second = await start(createNoneDriver());

    expect(await look(second)).toEqual(before);
    expect(second.driver.firewalls()).toHaveLength(1);
  });

  it("starts machines that should run, as after a reboot", async () => {
    const first = await start();
    await first.send("POST", VM, { form: ORDER });
    await first.close();

    const second = await start(createNoneDriver());

    expect(second.driver.runningIds()).toHaveLength(1);
    expect(second.driver.networkIds()).toHaveLength(1);
  });

  it("removes an unfinished VM with its address", async () => {
    const first = await start();
    await first.send("POST", VM, { form: ORDER });
    await first.close();
    await edit((vm) => ({ ...vm, phase: "creating" }));

    const second = await start(first.driver);

    expect(await second.counts()).toMatchObject({ vms: 0, ips: 0 });
    expect(second.driver.machineIds()).toEqual([]);
  });

  it("completes a delete that had begun", async () => {
    const first = await start();
    await first.send("POST", VM, { form: ORDER });
    await first.close();
    await edit((vm) => ({ ...vm, phase: "deleting" }));

    const second = await start(first.driver);

    expect(await second.counts()).toMatchObject({ vms: 0, ips: 1, unassignedIps: 1 });
    expect(second.driver.machineIds()).toEqual([]);
  });

  it.each([
    { when: "is cut", text: '{"version":1', problem: "cannot be read as JSON" },
    { when: "is of another version", text: '{"version":2}', problem: "is of another version" },
  ])("does not start empty when the state file $when", async ({ text, problem }) => {
    await writeFile(stateFile, text);

    await expect(startTestCloud({ stateFile })).rejects.toThrow(problem);
  });

  it("loses no record under many calls at a time", async () => {
    const first = await start();
    const orders = Array.from({ length: 20 }, (_, index) => ORDER.replace("web-1", `web-${index}`));
    await Promise.all(orders.map((form) => first.send("POST", VM, { form })));

    const stored = JSON.parse(await readFile(stateFile, "utf8"));

    expect(new Set(stored.vms.map((vm: { privateIpv4: string }) => vm.privateIpv4)).size).toBe(20);
    expect(new Set(stored.ips.map((ip: { address: string }) => ip.address)).size).toBe(20);
    expect(stored.vms.every((vm: { phase: string }) => vm.phase === "ready")).toBe(true);
  });
});
