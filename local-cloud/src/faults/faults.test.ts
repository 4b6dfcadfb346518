import { createFakeClock, type FakeClock } from "@autoscaler/service-kit";
import { startTestCloud, type TestCloud } from "../testing.ts";
import { faultKinds } from "./kinds.ts";

const VM = "/v1/user-resource/vm";
const ORDER = "vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts";

describe("faults", () => {
  let cloud: TestCloud;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = createFakeClock(Date.UTC(2026, 0, 1));
    cloud = await startTestCloud({ clock });
  });
  afterEach(() => cloud.close());

  const add = (order: object) => cloud.send("POST", "/_local/faults", { json: order });
  const create = (name: string) => cloud.send("POST", VM, { form: `${ORDER}&name=${name}` });
  const names = async () =>
    ((await cloud.send("GET", `${VM}/list`)).body as { name: string }[]).map(({ name }) => name);

  it.each([
    { kind: "lost-before", made: 0 },
    { kind: "lost-after", made: 1 },
    { kind: "cut-answer", made: 1 },
  ])("$kind breaks the connection, with $made VMs made", async ({ kind, made }) => {
    await add({ kind, operation: "createVm", count: 1 });

    await expect(create("web-1")).rejects.toThrow();

    expect(await cloud.counts()).toMatchObject({ vms: made, ips: made });
    expect((await create("web-2")).status).toBe(200);
  });

  it.each([
    { kind: "server-error", status: 500, made: 0 },
    { kind: "server-error-after", status: 502, made: 1 },
    { kind: "rate-limited", status: 429, made: 0 },
    { kind: "create-refused", status: 400, made: 0 },
  ])("$kind answers $status, with $made VMs made", async ({ kind, status, made }) => {
    await add({ kind, count: 1, operation: "createVm" });

    expect((await create("web-1")).status).toBe(status);
    expect(await cloud.counts()).toMatchObject({ vms: made });
  });

  it("server-error takes a status, rate-limited sends retry-after", async () => {
    await add({ kind: "server-error", status: 503, count: 1, operation: "listVms" });
    expect((await cloud.send("GET", `${VM}/list`)).status).toBe(503);

    await add({ kind: "rate-limited", retryAfterSeconds: 9, count: 1, operation: "listVms" });
    expect((await cloud.send("GET", `${VM}/list`)).headers.get("retry-after")).toBe("9");
  });

  it("slow waits before the effect", async () => {
    await add({ kind: "slow", delayMs: 5_000, operation: "createVm" });
    const pending = create("web-1");
    await untilApplied();
    expect(await cloud.counts()).toMatchObject({ vms: 0 });

    await clock.advance(5_000);

    expect((await pending).status).toBe(200);
  });

  it("clone-without-network cuts the clone off until it is removed", async () => {
    await add({ kind: "clone-without-network", count: 1 });
    const source = (await create("web-1")).body as { uuid: string };
    const clone = (await cloud.send("POST", `${VM}/clone`, { json: { uuid: source.uuid, name: "copy-1" } }))
      .body as { uuid: string; status: string };

    expect(clone.status).toBe("running");
    expect(cloud.driver.firewalls()).toEqual([{ privateIpv4: "10.77.1.11", inbound: [], outbound: [] }]);

    await cloud.send("DELETE", `${VM}?uuid=${clone.uuid}`);

    expect(cloud.driver.firewalls()).toEqual([]);
  });

  it("stale-list freezes a list", async () => {
    await create("web-1");
    await add({ kind: "stale-list", operation: "listVms" });
    expect(await names()).toEqual(["web-1"]);
    await create("web-2");
    expect(await names()).toEqual(["web-1"]);

    await cloud.send("DELETE", "/_local/faults");

    expect(await names()).toEqual(["web-1", "web-2"]);
  });

  it("shuffled-list keeps every row", async () => {
    for (const index of [1, 2, 3, 4, 5, 6]) await create(`web-${index}`);
    const sorted = await names();
    await add({ kind: "shuffled-list" });
    const orders = [await names(), await names(), await names()];

    for (const order of orders) expect([...order].sort()).toEqual(sorted);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
  });

  it("late-ip lists automatic addresses late, named ones at once", async () => {
    await add({ kind: "late-ip", lagMs: 10_000 });
    await create("web-1");
    await cloud.send("POST", "/v1/network/ip_addresses", { json: { name: "mine" } });
    const listed = async () =>
      ((await cloud.send("GET", "/v1/network/ip_addresses")).body as object[]).length;

    expect(await listed()).toBe(1);
    await clock.advance(10_000);
    expect(await listed()).toBe(2);
  });

  it("never-boots reports running while nothing runs", async () => {
    await add({ kind: "never-boots", resource: "dead", count: 1 });
    await create("alive");
    const dead = await create("dead-1");

    await clock.advance(5_000);

    expect(
      (await cloud.send("GET", `${VM}?uuid=${Reflect.get(Object(dead.body), "uuid")}`)).body,
    ).toMatchObject({
      status: "running",
    });
    expect(cloud.driver.runningIds()).toHaveLength(1);
  });

  it("vm-dies cuts the power later", async () => {
    await add({ kind: "vm-dies", afterMs: 3_000, count: 1 });
    await create("web-1");
    expect(cloud.driver.runningIds()).toHaveLength(1);

    await clock.advance(3_000);

    expect(cloud.driver.runningIds()).toEqual([]);
    expect((await cloud.send("GET", `${VM}/list`)).body).toMatchObject([{ status: "stopped" }]);
  });

  it("applies to the named resource only, with the given count and duration", async () => {
    await add({ kind: "server-error", operation: "createVm", resource: "bad", count: 2 });
    expect((await create("good-1")).status).toBe(200);
    expect([
      (await create("bad-1")).status,
      (await create("bad-2")).status,
      (await create("bad-3")).status,
    ]).toEqual([500, 500, 200]);

    await add({ kind: "server-error", operation: "listVms", forMs: 1_000 });
    expect((await cloud.send("GET", `${VM}/list`)).status).toBe(500);
    await clock.advance(1_000);
    expect((await cloud.send("GET", `${VM}/list`)).status).toBe(200);
  });

  it("is listed, removed by id, and shown with the call it applied to", async () => {
    const added = (await add({ kind: "slow", delayMs: 0, operation: "listVms" })).body;
    await names();
    expect((await cloud.send("GET", "/_local/faults")).body).toEqual([{ ...Object(added), appliedCount: 1 }]);
    const [call] = (await cloud.send("GET", "/_local/calls?limit=1")).body as object[];
    expect(call).toMatchObject({ operation: "listVms", status: 200, faults: ["slow"] });

    const path = `/_local/faults/${Reflect.get(Object(added), "id")}`;
    expect((await cloud.send("DELETE", path)).status).toBe(204);
    expect((await cloud.send("DELETE", path)).status).toBe(404);
  });

  it("remembers a call whose connection was cut", async () => {
    await add({ kind: "lost-before", operation: "listVms", count: 1 });
    await expect(names()).rejects.toThrow();

    const [call] = (await cloud.send("GET", "/_local/calls?limit=1")).body as object[];
    expect(call).toMatchObject({ operation: "listVms", status: 0, faults: ["lost-before"] });
  });

  it.each([
    { when: "an unknown kind", json: { kind: "gremlin" }, text: "kind must be slow or" },
    { when: "an unknown number", json: { kind: "slow", statu: 1 }, text: "statu is not known here" },
    { when: "a part", json: { kind: "slow", delayMs: 0.5 }, text: "delayMs must be a whole number from 0" },
    { when: "a count below zero", json: { kind: "slow", count: -1 }, text: "count must be a whole number" },
    { when: "a number for a text", json: { kind: "slow", resource: 1 }, text: "resource must be text" },
    { when: "no object", json: [], text: "the JSON must be an object" },
  ])("refuses $when with a sentence", async ({ json, text }) => {
    const answer = await add(json);

    expect([answer.status, answer.body]).toEqual([
      400,
      { code: "FAULT_INVALID", message: expect.stringContaining(text) },
    ]);
  });

  it("explains its kinds", async () => {
    const kinds = (await cloud.send("GET", "/_local/faults/kinds")).body as { kind: string }[];

    expect(kinds.map(({ kind }) => kind)).toEqual(faultKinds.map(({ kind }) => kind));
  });

  async function untilApplied(): Promise<void> {
    for (;;) {
      const [fault] = (await cloud.send("GET", "/_local/faults")).body as { appliedCount: number }[];
      if (fault?.appliedCount === 1) return;
    }
  }
});
