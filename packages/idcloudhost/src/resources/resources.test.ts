import { serve } from "@autoscaler/service-kit/testing/serve.ts";
import type { Cloud } from "../cloud.ts";
import { CloudError } from "../errors.ts";
import { vmInputs } from "../testing/vm-inputs.ts";
import type { Firewall, FirewallRule, FloatingIp, Vm } from "../types.ts";
import { provider as clonePool } from "./clone-pool.ts";
import { configure, cloudOf as connectedTo, useCloud } from "./connection.ts";
import { type FirewallInputs, provider as firewall } from "./firewall.ts";
import { provider as floatingIp } from "./floating-ip.ts";
import { keptWhileInUse } from "./kept-while-in-use.ts";
import { provider as network } from "./network.ts";
import { PartialFailure } from "./provider-results.ts";
import { provider as vm } from "./vm.ts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const inputs = vmInputs;
const running: Vm = {
  uuid: "v1",
  name: inputs.name,
  status: "running",
  vcpu: 2,
  memoryMib: 2048,
  privateIpv4: "10.77.1.10",
};
const notFound = new CloudError("no such VM", {
  code: "CLOUD_NOT_FOUND",
  outcome: "rejected",
  request: "GET vm",
});

/** An empty cloud that can only do what the test gives; anything else is a test's mistake. */
function cloudOf(calls: Partial<Cloud>): void {
  const empty = { listVms: async () => [], listFloatingIps: async () => [], listFirewalls: async () => [] };
  useCloud(
    new Proxy<Partial<Cloud>>(
      { ...empty, ...calls },
      {
        get: (target, name) =>
          Reflect.get(target, name) ?? (() => Promise.reject(new Error(`unexpected call ${String(name)}`))),
      },
    ) as Cloud,
  );
}

afterEach(() => useCloud(undefined));

describe("connection", () => {
  it("explains what to do without a key, and can be configured without one", async () => {
    await configure(() => undefined, {});
    expect(() => connectedTo({})).toThrow(/pulumi config set --secret apiKey/);
  });

  it("goes where a resource was made, and where the configuration says when its state does not tell", async () => {
    const settings = { apiKey: "key", apiUrl: "http://127.0.0.1:1", location: "sgp01" };
    await configure((key) => Reflect.get(settings, key), {});

    expect(connectedTo({ location: "sgp01" })).toBe(connectedTo({}));
    expect(connectedTo({ location: "jkt01" })).not.toBe(connectedTo({}));
    expect(connectedTo({ location: "jkt01" })).toBe(connectedTo({ location: "jkt01" }));
  });

  it.each([
    { when: "the cloud refuses the one of the last up", status: 403, used: "new" },
    {
      when: "the cloud takes the one of the last up, so it may be another account's",
      status: 200,
      used: "old",
    },
    { when: "the cloud does not say", status: 500, used: "old" },
  ])("goes from one key to that of the environment only when it has to: $when", async ({ status, used }) => {
    const seen: unknown[] = [];
    const api = await serve((request, response) => {
      const { apikey } = request.headers;
      seen.push(apikey);
      const isGood = apikey === "new" || status === 200;
      response.writeHead(isGood ? 200 : status, { "content-type": "application/json" });
      response.end(isGood ? "[]" : '{"message":"Invalid authentication credentials"}');
    });
    const settings = { apiKey: "old", apiUrl: api.url, location: "jkt01", pollIntervalMs: "1" };
    await configure((key) => Reflect.get(settings, key), { IDCLOUDHOST_API_KEY: "new" });
    await connectedTo({})
      .listNetworks()
      .catch(() => undefined);
    await api.close();

    expect([seen[0], seen.at(-1)]).toEqual(["old", used]);
  });

  it("takes the key from the environment when the configuration has none", async () => {
    await configure((key) => (key === "apiUrl" ? "http://127.0.0.1:1" : undefined), {
      IDCLOUDHOST_API_KEY: "key",
    });
    expect(connectedTo({})).toBeDefined();
  });
});

describe("vm", () => {
  it.each([
    { when: "everything is known", news: inputs, failing: [] },
    {
      when: "values come with the update only",
      news: { ...inputs, name: UNKNOWN, networkUuid: UNKNOWN, cloudInit: UNKNOWN },
      failing: [],
    },
    { when: "the name is too short", news: { ...inputs, name: "ab" }, failing: ["name"] },
    { when: "sizes are wrong", news: { ...inputs, vcpu: 0, memoryMib: 1.5 }, failing: ["vcpu", "memoryMib"] },
  ])("checks when $when", async ({ news, failing }) => {
    expect((await vm.check(inputs, news)).failures.map(({ property }) => property)).toEqual(failing);
  });

  it.each([
    {
      when: "nothing changed but Pulumi's own text",
      news: { ...inputs, __provider: "new" },
      changes: false,
      replaces: [],
    },
    { when: "the user data changed", news: { ...inputs, cloudInit: "other" }, changes: false, replaces: [] },
    { when: "the size changed", news: { ...inputs, vcpu: 4 }, changes: true, replaces: [] },
    {
      when: "the image changed",
      news: { ...inputs, osVersion: "13" },
      changes: true,
      replaces: ["osVersion"],
    },
  ])("compares when $when", async ({ news, changes, replaces }) => {
    const olds = { ...inputs, privateIpv4: "", ...{ __provider: "old" } };
    expect(await vm.diff("v1", olds, news)).toMatchObject({ changes, replaces });
  });

  it("keeps id and all inputs, Pulumi's own text too, when the VM is there but not ready", async () => {
    cloudOf({ createVm: async () => running, startVm: async () => Promise.reject(new Error("locked")) });
    const failure = await vm
      .create({ ...inputs, ...{ __provider: "text" } })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({
      id: "v1",
      properties: { ...inputs, __provider: "text" },
      reasons: ["locked"],
    });
  });

  it("finishes in update what a create left, without touching the size", async () => {
    cloudOf({ startVm: async () => running });
    expect(await vm.update("v1", { ...inputs, privateIpv4: "" }, inputs)).toEqual({
      outs: { ...inputs, privateIpv4: "10.77.1.10" },
    });
  });

  it.each([
    { when: "it is unknown", getVm: async () => Promise.reject(notFound) },
    { when: "only its tombstone is left", getVm: async () => ({ ...running, status: "Deleted" }) },
  ])("reads and removes nothing when $when", async ({ getVm }) => {
    cloudOf({ getVm });
    const outputs = { ...inputs, privateIpv4: "10.77.1.10" };

    expect(await vm.read("v1", outputs)).toEqual({});
    await expect(vm.delete("v1", outputs)).resolves.toBeUndefined();
  });

  it("returns no undefined to Pulumi", async () => {
    const { memoryMib: _left, ...lean } = running;
    cloudOf({ getVm: async () => lean });
    const { props } = await vm.read("v1", { ...inputs, privateIpv4: "10.77.1.10" });

    expect(Object.values(props ?? {})).not.toContain(undefined);
    expect(props).toMatchObject({ memoryMib: 2048 });
  });
});

describe("floatingIp", () => {
  const record: FloatingIp = {
    address: "203.0.113.10",
    uuid: "i1",
    name: "local-ab12cd-lb",
    assignedTo: "old",
  };

  it("moves an address that it takes over to the wanted VM", async () => {
    const done: string[] = [];
    cloudOf({
      createFloatingIp: async () => record,
      unassignFloatingIp: async () => {
        done.push("unassign");
        return record;
      },
      assignFloatingIp: async (_address, uuid) => {
        done.push(`assign ${uuid}`);
        return record;
      },
    });
    const created = await floatingIp.create({ location: "jkt01", name: "local-ab12cd-lb", vmUuid: "v1" });

    expect(done).toEqual(["unassign", "assign v1"]);
    expect(created).toMatchObject({ id: "i1", outs: { address: "203.0.113.10" } });
  });

  it("does not mistake another record with the same address for its own", async () => {
    cloudOf({ listFloatingIps: async () => [{ ...record, uuid: "other" }] });
    expect(
      await floatingIp.read("i1", { location: "jkt01", name: "x", vmUuid: "v1", address: record.address }),
    ).toEqual({});
  });
});

describe("firewall", () => {
  const ssh: FirewallRule = { protocol: "tcp", direction: "inbound", portStart: 22 };
  const web: FirewallRule = { protocol: "tcp", direction: "inbound", portStart: 80, portEnd: 443 };
  const inputs: FirewallInputs = {
    location: "jkt01",
    name: "local-ab12cd-lb",
    rules: [ssh, web],
    vmUuids: ["v1", "v2"],
  };
  const made = { ...inputs, uuid: "f1" };

  it.each([
    {
      when: "only the order differs",
      news: { ...inputs, rules: [web, ssh], vmUuids: ["v2", "v1"] },
      changes: false,
    },
    {
      when: "an end that explains its absence",
      news: { ...inputs, rules: [{ ...ssh, portEnd: 22 }, web] },
      changes: false,
    },
    { when: "a rule is gone", news: { ...inputs, rules: [ssh] }, changes: true },
    { when: "a VM is gone", news: { ...inputs, vmUuids: ["v1"] }, changes: true },
    {
      when: "a port is open to fewer",
      news: { ...inputs, rules: [ssh, { ...web, prefixes: ["10.77.1.0/24"] }] },
      changes: true,
    },
  ])("sees changes: $changes when $when", async ({ news, changes }) => {
    expect(await firewall.diff("f1", inputs, news)).toMatchObject({ changes, replaces: [] });
  });

  it("reads no drift from another order", async () => {
    cloudOf({ listFirewalls: async () => [{ ...made, rules: [web, ssh], vmUuids: ["v2", "v1"] }] });
    expect(await firewall.read("f1", inputs)).toEqual({ id: "f1", props: inputs });
  });

  it("updates one that it takes over, adding VMs before it removes others", async () => {
    const done: string[] = [];
    cloudOf({
      createFirewall: async () => ({ ...made, rules: [ssh], vmUuids: ["old", "v1"] }),
      replaceFirewall: async () => void done.push("rules"),
      assignFirewall: async (_uuid, vmUuid) => void done.push(`+${vmUuid}`),
      unassignFirewall: async (_uuid, vmUuid) => void done.push(`-${vmUuid}`),
    });
    await firewall.create(inputs);

    expect(done).toEqual(["rules", "+v2", "-old"]);
  });

  it("keeps its id when a VM cannot be put behind it, and finishes in update", async () => {
    cloudOf({
      createFirewall: async () => ({ ...made, vmUuids: [] }),
      assignFirewall: async () => Promise.reject(new Error("no such VM")),
    });
    await expect(firewall.create(inputs)).rejects.toMatchObject({ id: "f1", properties: inputs });

    const done: string[] = [];
    cloudOf({
      listFirewalls: async () => [{ ...made, vmUuids: ["v1"] }],
      assignFirewall: async (_uuid, vmUuid) => void done.push(vmUuid),
    });
    await firewall.update("f1", inputs, inputs);
    expect(done).toEqual(["v2"]);
  });

  it("removes its VMs, then itself; nothing when it is gone", async () => {
    const done: string[] = [];
    cloudOf({
      listFirewalls: async () => [made],
      unassignFirewall: async (_uuid, vmUuid) => void done.push(vmUuid),
      deleteFirewall: async (uuid) => void done.push(uuid),
    });
    await firewall.delete("f1", inputs);
    expect(done).toEqual(["v1", "v2", "f1"]);

    cloudOf({ listFirewalls: async () => [] });
    await expect(firewall.delete("f1", inputs)).resolves.toBeUndefined();
    expect(await firewall.read("f1", inputs)).toEqual({});
  });
});

describe("network", () => {
  const ours = { uuid: "n2", name: "local-ab12cd-network", subnet: "10.77.2.0/24", vmUuids: [] };

  it("gives the default role back on delete, and removes a late clone", async () => {
    let defaultUuid = "office";
    const list = () => [
      { uuid: "first", name: "first", isDefault: false, vmUuids: [] },
      { uuid: "office", name: "office", isDefault: defaultUuid === "office", vmUuids: [] },
      { ...ours, isDefault: defaultUuid === "n2" },
    ];
    const done: string[] = [];
    cloudOf({
      listNetworks: async () => list(),
      createNetwork: async () => ({ ...ours, isDefault: false }),
      getNetwork: async () => ({ ...ours, isDefault: defaultUuid === "n2" }),
      setDefaultNetwork: async (uuid) => {
        defaultUuid = uuid;
        return { ...ours, isDefault: true };
      },
      listVms: async () => [{ ...running, uuid: "late", name: "local-ab12cd-c-late", createdAtMs: 0 }],
      publicIpsOfVm: async () => [],
      deleteVm: async (uuid) => void done.push(uuid),
      deleteNetwork: async (uuid) => void done.push(uuid),
    });

    const { outs } = await network.create({ name: ours.name, location: "jkt01", machineNames: [] });
    expect([defaultUuid, outs.previousDefaultUuid]).toEqual(["n2", "office"]);
    await network.delete("n2", outs);

    expect(defaultUuid).toBe("office");
    expect(done).toEqual(["late", "n2"]);
  });
});

describe("a thing that machines need", () => {
  const props = { location: "jkt01", machineNames: ["local-ab12cd-seed"] };
  const wall: Firewall = { uuid: "f1", name: "local-ab12cd-seed", rules: [], vmUuids: ["v1"] };
  const own = { check: jest.fn(), diff: jest.fn(), create: jest.fn(), read: jest.fn(), update: jest.fn() };
  const provider = keptWhileInUse({ ...own, delete: async () => undefined }, "they need it");

  it.each<{ when: string; vms: Partial<Vm>[]; walls: Firewall[]; of?: object; refused: boolean }>([
    { when: "one is there behind its firewall", vms: [{}], walls: [wall], refused: true },
    { when: "a run that was killed left it, behind none", vms: [{}], walls: [], refused: false },
    { when: "only its tombstone is left", vms: [{ status: "Deleted" }], walls: [wall], refused: false },
    { when: "only its firewall is left", vms: [], walls: [wall], refused: false },
    { when: "it is another's", vms: [{}], walls: [{ ...wall, name: "local-ab12cd-lb" }], refused: false },
    { when: "its state is of version 0.1.0", vms: [{}], walls: [wall], of: {}, refused: false },
  ])("is deleted after them: $when", async ({ vms, walls, of = props, refused }) => {
    cloudOf({
      listVms: async () => vms.map((vm) => ({ ...running, ...vm })),
      listFirewalls: async () => walls,
    });
    const deletion = provider.delete("id", of as typeof props).then(
      () => "deleted",
      (error: Error) => error.message,
    );

    expect(await deletion).toBe(
      refused ? "not replaced while local-ab12cd-seed run: they need it" : "deleted",
    );
  });

  it("is updated when other machines need it", async () => {
    own.diff.mockResolvedValue({ changes: false, replaces: [], deleteBeforeReplace: true });

    expect(await provider.diff("id", props, props)).toMatchObject({ changes: false });
    expect(await provider.diff("id", props, { ...props, machineNames: [] })).toMatchObject({ changes: true });
    expect(await provider.diff("id", {} as never, props)).toMatchObject({ changes: true });
  });

  it("notes its location once, and is not updated for another", async () => {
    const elsewhere = { ...props, location: "sgp01" };
    own.diff.mockResolvedValue({ changes: false, replaces: [], deleteBeforeReplace: true });
    own.update.mockImplementation(async (_id, _olds, news) => ({ outs: news }));

    expect(await provider.diff("id", props, elsewhere)).toMatchObject({ changes: false });
    expect((await provider.update("id", props, elsewhere)).outs.location).toBe("jkt01");
    expect((await provider.update("id", {} as never, props)).outs.location).toBe("jkt01");
  });
});

describe("clonePool", () => {
  const pool = {
    location: "jkt01",
    pool: "calc",
    clonePrefix: "local-ab12cd-c-",
    networkUuid: "n1",
    machineNames: ["local-ab12cd-monitor"],
    pollIntervalMs: 0,
    quietSeconds: 0,
  };

  it("removes clones that show up late, and no other VM", async () => {
    const others: Vm = { ...running, name: "others-web" };
    const clone = (uuid: string): Vm => ({ ...running, uuid, name: `local-ab12cd-c-${uuid}` });
    const looks: Vm[][] = [
      [], // whether the machines are in use
      [others, clone("a")],
      [others],
      [others, clone("b")],
      [others],
      [others],
      [others],
    ];
    const deleted: string[] = [];
    cloudOf({
      listVms: async () => looks.shift() ?? [],
      publicIpsOfVm: async (uuid) => [{ address: "203.0.113.20", uuid: `ip-of-${uuid}`, assignedTo: uuid }],
      releaseIp: async (_address, options) => void deleted.push(options?.uuid ?? ""),
      deleteVm: async (uuid) => void deleted.push(uuid),
    });
    await clonePool.delete("clones", pool);

    expect(deleted).toEqual(["ip-of-a", "a", "ip-of-b", "b"]);
    expect(looks).toEqual([]);
  });

  it("waits for the address of a clone that is too young to have one listed", async () => {
    const young: Vm = { ...running, uuid: "a", name: "local-ab12cd-c-a", createdAtMs: Date.now() };
    const old: Vm = { ...young, uuid: "b", name: "local-ab12cd-c-b", createdAtMs: Date.now() - 3_600_000 };
    const looks: Vm[][] = [[], [young, old]];
    const done: unknown[] = [];
    cloudOf({
      listVms: async () => looks.shift() ?? [],
      publicIpsOfVm: async () => [],
      releaseAutomaticIpsOfVm: async (uuid, options) => {
        done.push([uuid, (options?.waitForOneMs ?? 0) > 0]);
        return [];
      },
      deleteVm: async (uuid) => void done.push(uuid),
    });
    await clonePool.delete("clones", pool);

    expect(done).toEqual(expect.arrayContaining([["a", true], "a", "b"]));
    expect(done).toHaveLength(3);
    expect(done.indexOf("a")).toBeGreaterThan(0);
  });

  it("keeps reading until no clone was listed for the quiet period", async () => {
    const late: Vm = { ...running, uuid: "a", name: "local-ab12cd-c-a", createdAtMs: 0 };
    let lookCount = 0;
    const deleted: string[] = [];
    cloudOf({
      listVms: async () => {
        lookCount += 1;
        return lookCount === 5 ? [late] : [];
      },
      publicIpsOfVm: async () => [],
      deleteVm: async (uuid) => void deleted.push(uuid),
    });
    await clonePool.delete("clones", { ...pool, pollIntervalMs: 5, quietSeconds: 0.5 });

    expect(deleted).toEqual(["a"]);
  });

  it("is refused while its scaler runs, which would make the clones again, and deletes none", async () => {
    const scaler: Vm = { ...running, uuid: "m", name: "local-ab12cd-monitor" };
    const deleted: string[] = [];
    cloudOf({
      listVms: async () => [scaler, { ...running, uuid: "a", name: "local-ab12cd-c-a" }],
      listFirewalls: async () => [{ uuid: "f", name: scaler.name, rules: [], vmUuids: ["m"] }],
      deleteVm: async (uuid) => void deleted.push(uuid),
    });

    await expect(clonePool.delete("clones", pool)).rejects.toThrow(
      /not replaced while local-ab12cd-monitor run.*npm run scale -- 1/,
    );
    expect(deleted).toEqual([]);
  });

  it.each(["", "local-c-", "-ab12cd-c-", "local-ab12cd-"])(
    "refuses the prefix %j, which others may have too",
    async (clonePrefix) => {
      expect((await clonePool.check(pool, { ...pool, clonePrefix })).failures).toHaveLength(1);
    },
  );
});
