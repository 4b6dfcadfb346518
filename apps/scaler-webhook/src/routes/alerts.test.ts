import { createHmac } from "node:crypto";
import { alert, alertmanager, grafana, setUp, webhook } from "../testing/app-set-up.ts";
import { grafanaBodies } from "../testing/grafana-bodies.ts";
import { createAlertGate } from "./authenticate-alert.ts";

type SetUp = Awaited<ReturnType<typeof setUp>>;

describe("a signed alert", () => {
  const body = JSON.stringify(grafana);
  const sign = (timestamp: string, text = body, key = "hmac-k3y") =>
    createHmac("sha256", key).update(`${timestamp}:${text}`).digest("hex");
  const post = ({ app }: SetUp, headers: Record<string, string>, payload = body) =>
    app.inject({
      method: "POST",
      url: "/v1/alerts",
      headers: { "content-type": "application/json", ...headers },
      payload,
    });
  const signed = (timestamp: string, signature: string) => ({
    "x-grafana-alerting-signature": signature,
    "x-grafana-alerting-timestamp": timestamp,
  });
  const nowOf = ({ world }: SetUp, shiftSeconds = 0) =>
    String(Math.floor(world.clock.nowMs() / 1000) + shiftSeconds);

  it("is taken without a bearer", async () => {
    const set = await setUp();
    const now = nowOf(set);
    expect((await post(set, signed(now, sign(now)))).statusCode).toBe(202);
    expect(set.wakes).toEqual(["alert"]);
  });

  it("is taken once", async () => {
    const set = await setUp();
    const now = nowOf(set);
    await post(set, signed(now, sign(now)));
    const again = await post(set, signed(now, sign(now)));
    expect([again.statusCode, again.json().code]).toEqual([401, "REPLAYED"]);
    expect(set.wakes).toHaveLength(1);
  });

  it.each([
    { when: "ten minutes old", shiftSeconds: -600 },
    { when: "ten minutes ahead", shiftSeconds: 600 },
  ])("is refused when its time is $when", async ({ shiftSeconds }) => {
    const set = await setUp();
    const timestamp = nowOf(set, shiftSeconds);
    const answer = await post(set, signed(timestamp, sign(timestamp)));
    expect([answer.statusCode, answer.json().code]).toEqual([401, "TIMESTAMP_INVALID"]);
    expect(set.wakes).toEqual([]);
  });

  it.each<{ when: string; change: (now: string) => Record<string, string>; code: string }>([
    {
      when: "signed with another secret",
      change: (now) => signed(now, sign(now, body, "guess")),
      code: "SIGNATURE_INVALID",
    },
    {
      when: "signed over another body",
      change: (now) => signed(now, sign(now, "{}")),
      code: "SIGNATURE_INVALID",
    },
    {
      when: "signed for another time",
      change: (now) => signed(now, sign(String(Number(now) - 1))),
      code: "SIGNATURE_INVALID",
    },
    { when: "no hex", change: (now) => signed(now, "sha256=zz"), code: "SIGNATURE_INVALID" },
    {
      when: "wrong beside a right bearer",
      change: (now) => ({ ...signed(now, "00"), ...webhook }),
      code: "SIGNATURE_INVALID",
    },
    {
      when: "without a time",
      change: (now) => ({ "x-grafana-alerting-signature": sign(now) }),
      code: "TIMESTAMP_INVALID",
    },
    { when: "with a time in words", change: () => signed("now", "00"), code: "TIMESTAMP_INVALID" },
    {
      when: "right beside a wrong bearer",
      change: (now) => ({ ...signed(now, sign(now)), authorization: "Bearer guess" }),
      code: "UNAUTHORIZED",
    },
    { when: "not there", change: () => ({}), code: "UNAUTHORIZED" },
  ])("is refused when it is $when", async ({ change, code }) => {
    const set = await setUp();
    const answer = await post(set, change(nowOf(set)));
    expect([answer.statusCode, answer.json().code]).toEqual([401, code]);
    expect(set.wakes).toEqual([]);
  });

  it("is signed as Grafana signs", () => {
    const gate = createAlertGate({ token: "t", hmacKey: "secret", nowMs: () => 0 });
    const signature = "ac18a483a582b60a883e974541afe25aa1026136163e94665649743324183ef1";
    expect(gate.refusalOf({ signature, timestamp: "0" }, Buffer.from("test message"))).toBeUndefined();
  });
});

describe("Grafana's bodies", () => {
  it.each(grafanaBodies)(
    "of version $version, $when: woken $woken ($reason)",
    async ({ body, woken, reason }) => {
      const { app, wakes } = await setUp();
      const answer = await app.inject({ method: "POST", url: "/v1/alerts", headers: webhook, payload: body });
      expect([answer.statusCode, answer.json()]).toEqual([202, { woken, reason }]);
      expect(wakes).toHaveLength(woken ? 1 : 0);
    },
  );
});

describe("an alert while Prometheus is blind", () => {
  const up = (labels: object, change: object = {}) => ({
    ...alertmanager,
    alerts: [{ ...alert("firing", { alertname: "PoolLoadHigh", ...labels }), ...change }],
  });
  const grownBy = async (payload: object) => {
    const { app, world } = await setUp();
    world.settings.loads = "down";
    for (let minute = 0; minute < 2; minute += 1) {
      await app.inject({ method: "POST", url: "/v1/alerts", headers: webhook, payload });
      await world.clock.advance(20_000);
    }
    return world.journal.servers().length;
  };

  it.each([
    { when: "it says up", payload: up({ autoscale: "up", pool: "calc" }), servers: 1 },
    { when: "it names no pool", payload: up({ autoscale: "up" }), servers: 1 },
    { when: "it is about another pool", payload: up({ autoscale: "up", pool: "other" }), servers: 0 },
    { when: "it says down", payload: up({ autoscale: "down", pool: "calc" }), servers: 0 },
    { when: "it says no direction", payload: up({ pool: "calc" }), servers: 0 },
    {
      when: "it fires for want of data",
      payload: up({ autoscale: "up" }, { annotations: { grafana_state_reason: "NoData" } }),
      servers: 0,
    },
    {
      when: "it is Grafana's own error",
      payload: up({ autoscale: "up", alertname: "DatasourceError" }),
      servers: 0,
    },
  ])("grows the pool by $servers when $when", async ({ payload, servers }) => {
    expect(await grownBy(payload)).toBe(servers);
  });
});

describe("a flood of alerts", () => {
  it("of 10 000 in a minute wakes no more ticks than four a second, and adds nothing", async () => {
    const { app, world } = await setUp();
    let ticks = 0;
    Object.assign(world.ports.loads, {
      read: async () => {
        ticks += 1;
        return new Map();
      },
    });
    const payload = { status: "firing", alerts: [alert("firing", { alertname: "PoolLoadHigh" })] };
    for (let second = 0; second < 60; second += 1) {
      const burst = Array.from({ length: 167 }, () =>
        app.inject({ method: "POST", url: "/v1/alerts", headers: webhook, payload }),
      );
      await Promise.all(burst);
      await world.clock.advance(1_000);
    }
    expect(ticks).toBeLessThanOrEqual(4 * 60 + 1);
    expect(world.journal.servers()).toEqual([]);
  }, 60_000);
});
