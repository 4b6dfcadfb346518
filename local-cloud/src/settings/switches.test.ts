import { createFakeClock } from "@autoscaler/service-kit";
import { startTestCloud, type TestCloud } from "../testing.ts";
import { fastSettings, type LocalCloudSettings, realisticSettings } from "./settings.ts";
import { parseSwitches } from "./switches.ts";

const VM = "/v1/user-resource/vm";
const IPS = "/v1/network/ip_addresses";
const FIREWALLS = "/v1/network/firewalls";
const ORDER = "vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts";
const UNKNOWN_UUID = "aaaaaaaa-0000-4000-8000-cccccccccccc";
const RULE = { protocol: "tcp", direction: "inbound", port_start: 22, endpoint_spec_type: "any" };

type Row = Readonly<Record<string, unknown>>;

interface Lab {
  readonly cloud: TestCloud;
  advance(ms: number): Promise<void>;
  /** Makes a VM and answers its row. */
  create(name?: string, more?: string): Promise<Row>;
  list(path: string): Promise<readonly Row[]>;
}

interface Switch {
  /** The switch first; others only make it visible. */
  readonly change: Partial<LocalCloudSettings>;
  look(lab: Lab): Promise<unknown>;
  /** What one sees with the default, and with the change. */
  readonly usual: unknown;
  readonly changed: unknown;
}

const statusOf = async (answer: ReturnType<TestCloud["send"]>) => (await answer).status;
const clone = (cloud: TestCloud, uuid: unknown) =>
  cloud.send("POST", `${VM}/clone`, { json: { uuid, name: "copy-1" } });
const wall = async (cloud: TestCloud, vmUuid: unknown) => {
  const made = await cloud.send("POST", FIREWALLS, { json: { display_name: "wall", rules: [RULE] } });
  await cloud.send("POST", `${FIREWALLS}/${(made.body as Row)["uuid"]}/vms?vm_uuid=${vmUuid}`);
};
/** What is seen of a VM that stands already. */
const withVm = (look: (lab: Lab, uuid: unknown) => Promise<unknown>) => async (lab: Lab) =>
  look(lab, (await lab.create())["uuid"]);
const slowStop = { createVm: 0, cloneVm: 0, startVm: 0, stopVm: 5_000, deleteVm: 0, updateVm: 0 };

const nameOf = ({ change }: Switch) => Object.keys(change)[0] ?? "";

/** One row for each switch: what is seen with its default and with the change. */
const switches: readonly Switch[] = [
  {
    change: { latencyMs: slowStop },
    async look({ cloud, create, advance }) {
      const { uuid } = await create();
      let answered = false;
      const stopping = cloud.send("POST", `${VM}/stop`, { json: { uuid } }).then(() => {
        answered = true;
      });
      for (let turn = 0; turn < 30; turn += 1) await cloud.counts();
      const early = answered;
      await advance(5_000);
      await stopping;
      return early;
    },
    usual: true,
    changed: false,
  },
  {
    change: { listLagMs: 2_000 },
    async look({ create, list, advance }) {
      await create();
      const before = (await list(`${VM}/list`)).length;
      await advance(2_000);
      return [before, (await list(`${VM}/list`)).length];
    },
    usual: [1, 1],
    changed: [0, 1],
  },
  {
    change: { ipLagMs: 5_000 },
    async look({ create, list, advance }) {
      await create();
      const before = (await list(IPS)).length;
      await advance(5_000);
      return [before, (await list(IPS)).length];
    },
    usual: [1, 1],
    changed: [0, 1],
  },
  {
    change: { tombstoneMs: 30_000 },
    look: withVm(async ({ cloud }, uuid) => {
      await cloud.send("DELETE", `${VM}?uuid=${uuid}`);
      return statusOf(cloud.send("GET", `${VM}?uuid=${uuid}`));
    }),
    usual: 400,
    changed: 200,
  },
  {
    change: { strictNames: false },
    look: ({ cloud }) => statusOf(cloud.send("POST", VM, { form: `${ORDER}&name=web_1` })),
    usual: 400,
    changed: 200,
  },
  {
    change: { plusMeansSpace: true },
    look: async ({ create }) => (await create("web-1", "&description=a+b%20c"))["description"],
    usual: "a+b c",
    changed: "a b c",
  },
  {
    change: { cloneNetwork: "source" },
    async look({ cloud, create }) {
      const network = (await cloud.send("POST", "/v1/network/network?name=apps")).body as Row;
      const { uuid } = await create("web-1", `&network_uuid=${network["uuid"]}`);
      return ((await clone(cloud, uuid)).body as Row)["private_ipv4"];
    },
    usual: "10.77.1.10",
    changed: "10.77.2.11",
  },
  {
    change: { cloneLocksSource: true, latencyMs: { ...slowStop, cloneVm: 5_000 } },
    async look({ cloud, create, advance }) {
      const { uuid } = await create();
      const both = [clone(cloud, uuid), clone(cloud, uuid)];
      for (let turn = 0; turn < 30; turn += 1) await cloud.counts();
      await advance(5_000);
      return (await Promise.all(both)).map(({ status }) => status).toSorted();
    },
    usual: [200, 200],
    changed: [200, 409],
  },
  {
    change: { startWithDefaultNetwork: false },
    look: async ({ list }) => (await list("/v1/network/networks")).length,
    usual: 1,
    changed: 0,
  },
  {
    change: { createdStatus: 201 },
    look: ({ cloud }) => statusOf(cloud.send("POST", IPS, { json: { name: "x" } })),
    usual: 200,
    changed: 201,
  },
  {
    change: { listsUnfinishedVms: true, latencyMs: { ...slowStop, createVm: 33_000 } },
    async look({ cloud, create, list, advance }) {
      const pending = create();
      for (let turn = 0; turn < 30; turn += 1) await cloud.counts();
      const early = (await list(`${VM}/list`)).map(({ status }) => status);
      await advance(33_000);
      await pending;
      return early;
    },
    usual: ["running"],
    changed: ["installing"],
  },
  {
    change: { uniqueNames: true },
    async look({ cloud, create }) {
      await create("web-1");
      return statusOf(cloud.send("POST", VM, { form: `${ORDER}&name=web-1` }));
    },
    usual: 200,
    changed: 400,
  },
  {
    change: { unknownVmText: "live" },
    look: async ({ cloud }) => (await cloud.send("GET", `${VM}?uuid=${UNKNOWN_UUID}`)).body,
    usual: { errors: { Error: `No such virtual machine exists. ${UNKNOWN_UUID}` } },
    changed: { errors: { Error: `No such virtual machine exists: ${UNKNOWN_UUID}` } },
  },
  {
    change: { powerInWrongState: "refused" },
    look: withVm(({ cloud }, uuid) => statusOf(cloud.send("POST", `${VM}/start`, { json: { uuid } }))),
    usual: 200,
    changed: 400,
  },
  {
    change: { stopAnswersEmpty: true },
    look: withVm(
      async ({ cloud }, uuid) => (await cloud.send("POST", `${VM}/stop`, { json: { uuid } })).body === "",
    ),
    usual: false,
    changed: true,
  },
  {
    change: { resizeToSame: "ignored" },
    look: withVm(({ cloud }, uuid) =>
      statusOf(cloud.send("PATCH", VM, { form: `uuid=${uuid}&vcpu=2&ram=2048` })),
    ),
    usual: 400,
    changed: 200,
  },
  {
    change: { vmDeletedStatus: 204 },
    look: withVm(({ cloud }, uuid) => statusOf(cloud.send("DELETE", `${VM}?uuid=${uuid}`))),
    usual: 200,
    changed: 204,
  },
  {
    change: { addressOfDeletedVm: "released" },
    look: withVm(async ({ cloud }, uuid) => {
      await cloud.send("DELETE", `${VM}?uuid=${uuid}`);
      return (await cloud.counts()).ips;
    }),
    usual: 1,
    changed: 0,
  },
  {
    change: { bootDiskOfDeletedVm: "kept" },
    async look({ cloud, create, list }) {
      const { uuid } = await create();
      await cloud.send("DELETE", `${VM}?uuid=${uuid}`);
      return (await list("/v1/storage/disks")).length;
    },
    usual: 0,
    changed: 1,
  },
  {
    change: { cloneGetsPublicIp: false },
    look: withVm(async ({ cloud }, uuid) => {
      await clone(cloud, uuid);
      return (await cloud.counts()).ips;
    }),
    usual: 2,
    changed: 1,
  },
  {
    change: { cloneKeepsFirewalls: true },
    look: withVm(async ({ cloud }, uuid) => {
      await wall(cloud, uuid);
      await clone(cloud, uuid);
      return cloud.driver.firewalls().length;
    }),
    usual: 1,
    changed: 2,
  },
  {
    change: { assignBody: "older" },
    async look({ cloud, create }) {
      const { uuid } = await create("web-1", "&reserve_public_ip=false");
      const { address } = (await cloud.send("POST", IPS, { json: {} })).body as Row;
      const json = { assigned_to: uuid, assigned_to_resource_type: "virtual_machine" };
      return statusOf(cloud.send("POST", `${IPS}/${address}/assign`, { json }));
    },
    usual: 200,
    changed: 400,
  },
  {
    change: { deleteAssignedAddress: "refused" },
    async look({ cloud, create, list }) {
      await create();
      const [ip] = await list(IPS);
      return statusOf(cloud.send("DELETE", `${IPS}/${ip?.["address"]}`));
    },
    usual: 200,
    changed: 400,
  },
  {
    change: { unassignedKeys: "null" },
    look: async ({ cloud }) => ((await cloud.send("POST", IPS, { json: {} })).body as Row)["assigned_to"],
    usual: undefined,
    changed: null,
  },
  {
    change: { egressWithoutPublicIp: true },
    async look({ cloud, create }) {
      await create();
      return cloud.driver.letsOutWithoutPublicIp();
    },
    usual: false,
    changed: true,
  },
  {
    change: { outboundWithoutRule: "allowed" },
    look: withVm(async ({ cloud }, uuid) => {
      await wall(cloud, uuid);
      return cloud.driver.firewalls()[0]?.outbound;
    }),
    usual: [],
    changed: undefined,
  },
  {
    change: { acceptsLocations: false },
    look: ({ cloud }) => statusOf(cloud.send("GET", "/v1/jkt01/user-resource/vm/list")),
    usual: 200,
    changed: 404,
  },
  {
    change: { refusesWithStatus200: true },
    look: ({ cloud }) => statusOf(cloud.send("GET", `${VM}?uuid=${UNKNOWN_UUID}`)),
    usual: 400,
    changed: 200,
  },
  {
    change: { callsPerMinute: 3 },
    async look({ cloud, advance }) {
      const statuses: number[] = [];
      for (let call = 0; call < 4; call += 1) statuses.push((await cloud.send("GET", `${VM}/list`)).status);
      await advance(60_000);
      return [...statuses, (await cloud.send("GET", `${VM}/list`)).status];
    },
    usual: [200, 200, 200, 200, 200],
    changed: [200, 200, 200, 429, 200],
  },
  {
    change: { locations: [{ slug: "xyz99", displayName: "Nowhere" }] },
    look: ({ cloud }) =>
      Promise.all(
        ["jkt01", "xyz99"].map((slug) => statusOf(cloud.send("GET", `/v1/${slug}/user-resource/vm/list`))),
      ),
    usual: [200, 404],
    changed: [404, 200],
  },
];

describe("switches of the local cloud", () => {
  it("has a test for each, and each has a default", () => {
    const names = [...Object.keys(realisticSettings), "callsPerMinute"].toSorted();
    expect(switches.map(nameOf).toSorted()).toEqual(names);
  });

  it.each(switches.map((row) => ({ ...row, name: nameOf(row) })))(
    "$name: $usual by default, else $changed",
    async ({ change, look, usual, changed }) => {
      expect([await see(look, {}), await see(look, change)]).toEqual([usual, changed]);
    },
  );
});

describe("parseSwitches", () => {
  it("takes every change of the table, and keeps the rest", () => {
    const all = Object.assign({}, ...switches.map(({ change }) => change));
    expect(parseSwitches(JSON.stringify(all), realisticSettings)).toEqual({ ...realisticSettings, ...all });
    expect(parseSwitches('{"latencyMs":{"stopVm":1}}', realisticSettings).latencyMs).toEqual({
      ...realisticSettings.latencyMs,
      stopVm: 1,
    });
  });

  it.each([
    { when: "no JSON", text: "x", problem: /the JSON must be an object/ },
    { when: "a list", text: "[]", problem: /the JSON must be an object/ },
    {
      when: "an unknown name",
      text: '{"uniqeNames":true}',
      problem: /uniqeNames is not known here; did you mean uniqueNames/,
    },
    {
      when: "a word that it has not",
      text: '{"assignBody":"all"}',
      problem: /assignBody must be both or newer or older/,
    },
    {
      when: "a text for a flag",
      text: '{"uniqueNames":"yes"}',
      problem: /uniqueNames must be true or false/,
    },
    { when: "a negative time", text: '{"ipLagMs":-1}', problem: /ipLagMs must be a whole number from 0/ },
    {
      when: "an unknown call",
      text: '{"latencyMs":{"eatVm":1}}',
      problem: /latencyMs\.eatVm is not known here; .*createVm/,
    },
    { when: "no location", text: '{"locations":[]}', problem: /locations must be a list of/ },
  ])("refuses $when", ({ text, problem }) => {
    expect(() => parseSwitches(text, realisticSettings)).toThrow(problem);
  });
});

describe("latency profiles", () => {
  it("has the times that were seen as realistic, and a fast one of the same order", () => {
    expect(realisticSettings.latencyMs).toMatchObject({
      createVm: 33_000,
      stopVm: 22_000,
      startVm: 4_000,
      deleteVm: 1_000,
    });
    const bySlowness = ({ latencyMs }: LocalCloudSettings) =>
      (["createVm", "stopVm", "startVm", "deleteVm"] as const).map((call) => latencyMs[call]);
    for (const profile of [realisticSettings, fastSettings]) {
      expect(bySlowness(profile)).toEqual(bySlowness(profile).toSorted((a, b) => b - a));
    }
    expect(Math.max(...Object.values(fastSettings.latencyMs))).toBeLessThanOrEqual(300);
  });
});

async function see(look: Switch["look"], change: Partial<LocalCloudSettings>): Promise<unknown> {
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const cloud = await startTestCloud({ clock, change });
  try {
    return await look({
      cloud,
      advance: (ms) => clock.advance(ms),
      create: async (name = "web-1", more = "") =>
        (await cloud.send("POST", VM, { form: `${ORDER}&name=${name}${more}` })).body as Row,
      list: async (path) => (await cloud.send("GET", path)).body as readonly Row[],
    });
  } finally {
    await cloud.close();
  }
}
