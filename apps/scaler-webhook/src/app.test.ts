import { alert, alertmanager, grafana, operator, setUp, webhook } from "./testing/app-set-up.ts";
import { createFakeWorld } from "./testing/fake-world.ts";

describe("POST /v1/alerts", () => {
  it.each([
    { when: "Alertmanager fires", payload: alertmanager, woken: true, reason: "firing" },
    {
      when: "it is resolved",
      payload: { ...alertmanager, status: "resolved", alerts: [alert("resolved")] },
      woken: false,
      reason: "resolved",
    },
    {
      when: "nothing fires",
      payload: { ...alertmanager, alerts: [] },
      woken: false,
      reason: "nothing-firing",
    },
    {
      when: "the status is new",
      payload: { ...grafana, status: "pending" },
      woken: false,
      reason: "status-unknown",
    },
  ])("answers 202 and woken $woken when $when", async ({ payload, woken, reason }) => {
    const { app, wakes } = await setUp();

    const response = await app.inject({ method: "POST", url: "/v1/alerts", headers: webhook, payload });

    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({ woken, reason });
    expect(wakes).toHaveLength(woken ? 1 : 0);
  });

  it.each([
    { when: "the body is empty", payload: {}, statusCode: 400, code: "BODY_INVALID" },
    { when: "the body is an array", payload: [], statusCode: 400, code: "BODY_INVALID" },
    { when: "the body is cut off", payload: '{"status":"fir', statusCode: 400, code: "BODY_INVALID" },
    {
      when: "alerts is no array",
      payload: { status: "firing", alerts: "all" },
      statusCode: 400,
      code: "BODY_INVALID",
    },
    {
      when: "no alert is one",
      payload: { status: "firing", alerts: [1, { status: "firing" }] },
      statusCode: 400,
      code: "BODY_INVALID",
    },
    {
      when: "the status is no text",
      payload: { ...alertmanager, status: true },
      statusCode: 400,
      code: "BODY_INVALID",
    },
    {
      when: "the body is huge",
      payload: { ...alertmanager, pad: "x".repeat(2_100_000) },
      statusCode: 413,
      code: "BODY_TOO_LARGE",
    },
  ])("answers $statusCode when $when, and wakes nobody", async ({ payload, statusCode, code }) => {
    const { app, wakes } = await setUp();

    const response = await app.inject({
      method: "POST",
      url: "/v1/alerts",
      headers: { ...webhook, "content-type": "application/json" },
      payload,
    });

    expect(response.statusCode).toBe(statusCode);
    expect(response.json()).toMatchObject({ code, message: expect.any(String) });
    expect(wakes).toEqual([]);
  });
});

describe("an alert that says more than is read", () => {
  const high = alert("firing", { alertname: "PoolLoadHigh" });
  it.each([
    { when: "there are a thousand and one", alerts: Array.from({ length: 1_001 }, () => high) },
    { when: "one of two is no alert", alerts: [7, high] },
    { when: "one of two has no labels", alerts: [{ status: "firing" }, high] },
    {
      when: "a label is long",
      alerts: [alert("firing", { alertname: "PoolLoadHigh", note: "x".repeat(4_001) })],
    },
    { when: "a label is no text", alerts: [alert("firing", { alertname: "PoolLoadHigh", shard: 7 })] },
    {
      when: "all of it is half a megabyte",
      alerts: [{ ...high, annotations: { text: "x".repeat(500_000) } }],
    },
  ])("wakes the loop all the same when $when", async ({ alerts }) => {
    const { app, wakes } = await setUp();
    const payload = { ...alertmanager, alerts };

    const { statusCode } = await app.inject({ method: "POST", url: "/v1/alerts", headers: webhook, payload });

    expect(statusCode).toBe(202);
    expect(wakes).toEqual(["alert"]);
  });
});

describe("a server that waits", () => {
  it("says for what, on the page too", async () => {
    const { app, world } = await setUp();
    Object.assign(world.settings, { demandPercent: 110, loadBalancer: "refuses" });
    await world.clock.advance(60_000);

    const servers = await app.inject({ url: "/v1/pools/calc/servers", headers: operator });
    const page = await app.inject({ url: "/" });

    expect(servers.json()[1]).toMatchObject({ waitsFor: "the load balancer's acknowledgement" });
    expect(page.body).toContain("probing, waits for the load balancer&#39;s acknowledgement");
  });
});

describe("tokens", () => {
  it.each([
    { method: "POST", url: "/v1/alerts", headers: {} },
    { method: "POST", url: "/v1/alerts", headers: operator },
    { method: "POST", url: "/v1/scale-up", headers: webhook },
    { method: "POST", url: "/v1/scale-down", headers: {} },
    { method: "GET", url: "/v1/pools", headers: {} },
    { method: "GET", url: "/v1/pools/calc/servers", headers: webhook },
    { method: "GET", url: "/v1/pools/calc/decisions", headers: {} },
    { method: "PUT", url: "/v1/pools/calc/pause", headers: {} },
    { method: "DELETE", url: "/v1/pools/calc/pause", headers: { authorization: "Bearer operator-t0keN" } },
  ] as const)("$method $url refuses the wrong one", async ({ method, url, headers }) => {
    const { app } = await setUp();

    const response = await app.inject({
      method,
      url,
      headers,
      ...(method === "GET" ? {} : { payload: alertmanager }),
    });

    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it.each(["/healthz", "/readyz", "/metrics", "/"])("are not needed for GET %s", async (url) => {
    const { app } = await setUp();

    expect((await app.inject({ method: "GET", url })).statusCode).toBe(200);
  });
});

describe("the pool's routes", () => {
  it("show the pool, its servers and its decisions", async () => {
    const { app, world } = await setUp();
    world.settings.demandPercent = 110;
    await world.clock.advance(60_000);
    const get = async (url: string) => (await app.inject({ method: "GET", url, headers: operator })).json();

    expect(await get("/v1/pools")).toMatchObject([
      {
        pool: "calc",
        minSize: 1,
        maxSize: 4,
        desiredSize: 2,
        inServiceCount: 2,
        targetPercent: 60,
        tolerancePercent: 15,
      },
    ]);
    expect(await get("/v1/pools/calc/servers")).toMatchObject([
      { role: "seed", phase: "serving", warm: true, loadPercent: 55 },
      { role: "clone", phase: "serving", warm: true, loadPercent: 55 },
    ]);
    const decisions = await get("/v1/pools/calc/decisions?limit=2");
    expect(decisions).toHaveLength(2);
    expect(decisions[0].id).toBeGreaterThan(decisions[1].id);
    expect(await get(`/v1/pools/calc/decisions?sinceId=${decisions[0].id}`)).toEqual([]);
  });

  it.each([
    { url: "/v1/pools/other/servers", statusCode: 404, code: "POOL_UNKNOWN" },
    { url: "/v1/pools/calc/decisions?limit=0", statusCode: 400, code: "BODY_INVALID" },
    { url: "/v1/pools/calc/decisions?limit=ten", statusCode: 400, code: "BODY_INVALID" },
    { url: "/v1/pools/calc/decisions?page=2", statusCode: 400, code: "BODY_INVALID" },
    { url: "/v1/nothing", statusCode: 404, code: "ROUTE_UNKNOWN" },
  ])("refuse GET $url with $code", async ({ url, statusCode, code }) => {
    const { app } = await setUp();

    const response = await app.inject({ method: "GET", url, headers: operator });

    expect(response.statusCode).toBe(statusCode);
    expect(response.json()).toMatchObject({ code });
  });
});

describe("health", () => {
  it("is ready only after cloud, journal and load balancer were brought together", async () => {
    const world = createFakeWorld();
    world.settings.loadBalancer = "silent";
    const { app } = await setUp(world);

    const response = await app.inject({ method: "GET", url: "/readyz" });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ code: "NOT_READY" });

    world.settings.loadBalancer = "serves";
    await world.clock.advance(10_000);
    expect((await app.inject({ method: "GET", url: "/readyz" })).statusCode).toBe(200);
  });

  it("exposes the invariants' counters from the start", async () => {
    const { app } = await setUp();

    const { body } = await app.inject({ method: "GET", url: "/metrics" });

    expect(body).toContain('scaler_invariant_violations_total{invariant="4",pool="calc"} 0');
  });
});

describe("the status page", () => {
  it("shows servers, load and decisions, escaped, with nothing from outside", async () => {
    const { app, world } = await setUp();
    await app.inject({
      method: "PUT",
      url: "/v1/pools/calc/pause",
      headers: operator,
      payload: { direction: "down", reason: "<script>" },
    });
    world.settings.demandPercent = 110;
    await world.clock.advance(40_000);

    const { body, headers } = await app.inject({ method: "GET", url: "/" });

    expect(headers["content-type"]).toContain("text/html");
    expect(body).toContain("test-ab12cd-seed");
    expect(body).toContain("grows from 1 to 2");
    expect(body).toContain("&lt;script&gt;");
    expect(body).not.toMatch(/<script|src=|href=|t0ken/);
  });
});
