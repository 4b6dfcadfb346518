import { createFakeClock } from "@autoscaler/service-kit";
import { createHttpDouble, type HttpDouble } from "../testing/http-double.ts";
import { createLoadBalancerPort } from "./lb-agent.ts";
import { createProbePort } from "./probe.ts";
import { createPrometheusPort } from "./prometheus.ts";

const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1000;
const json = (status: number, body: unknown) => ({ status, body: JSON.stringify(body) });
const vector = (...result: unknown[]) =>
  json(200, { status: "success", data: { resultType: "vector", result } });
const series = (server: string, text: string, atSeconds = NOW) => ({
  metric: { server },
  value: [atSeconds, text],
});

let double: HttpDouble | undefined;

afterEach(async () => {
  await double?.close();
  double = undefined;
});

async function serve(answer: Parameters<typeof createHttpDouble>[0]): Promise<HttpDouble> {
  double = await createHttpDouble(answer);
  return double;
}

describe("the Prometheus port", () => {
  const port = (url: string, timeoutMs = 2_000) =>
    createPrometheusPort({ url, pool: "calc", windowSeconds: 20, clock: createFakeClock(NOW_MS), timeoutMs });

  it.each([
    { when: "a number", series: [series("a", "42.5")], reading: { kind: "fresh", percent: 42.5 } },
    { when: "NaN", series: [series("a", "NaN")], reading: { kind: "missing", why: "not-a-number" } },
    { when: "infinity", series: [series("a", "+Inf")], reading: { kind: "missing", why: "not-a-number" } },
    { when: "an empty text", series: [series("a", "")], reading: { kind: "missing", why: "not-a-number" } },
    {
      when: "an hour old",
      series: [series("a", "5", NOW - 3_600)],
      reading: { kind: "missing", why: "stale" },
    },
    {
      when: "an hour ahead",
      series: [series("a", "5", NOW + 3_600)],
      reading: { kind: "missing", why: "stale" },
    },
    {
      when: "two series",
      series: [series("a", "5"), series("a", "6")],
      reading: { kind: "missing", why: "contradictory" },
    },
  ])("reads $when", async ({ series: given, reading }) => {
    const { url } = await serve(() => vector(...given));

    expect(await port(url).read()).toEqual(new Map([["a", reading]]));
  });

  it("asks for the pool's CPU and leaves series without a server out", async () => {
    const { url, requests } = await serve(() => vector({ metric: {}, value: [NOW, "5"] }));

    expect(await port(url).read()).toEqual(new Map());
    expect(decodeURIComponent(requests[0]?.url ?? "")).toContain(
      'rate(node_cpu_seconds_total{job="service",pool="calc"}[20s])',
    );
  });

  it.each([
    { when: "an error", answer: () => json(422, { status: "error", error: "bad query" }) },
    { when: "no JSON", answer: () => ({ status: 200, body: "<html>" }) },
    {
      when: "a matrix",
      answer: () => json(200, { status: "success", data: { resultType: "matrix", result: [] } }),
    },
    { when: "a wrong shape", answer: () => vector({ metric: { server: "a" }, value: "5" }) },
    { when: "nothing in time", answer: () => undefined },
  ])("refuses $when", async ({ answer }) => {
    const { url } = await serve(answer);

    await expect(port(url, 100).read()).rejects.toMatchObject({ message: expect.stringMatching(/answer/) });
  });
});

describe("the load balancer port", () => {
  const port = (url: string) =>
    createLoadBalancerPort({
      url,
      token: "t0ken",
      pool: "calc",
      statusTimeoutMs: 100,
      publishTimeoutMs: 100,
    });
  const backend = (url: string, wanted = true, served = true) => ({
    url,
    wanted,
    served,
    health: "up",
    openConnectionCount: 1,
  });

  it("reads the pool's backends, and what leaves wherever it is listed", async () => {
    const { url, requests } = await serve(() =>
      json(200, {
        wantedGeneration: 4,
        servedGeneration: 3,
        pools: [
          { pool: "other", backends: [backend("http://o:1"), backend("http://left:1", false, false)] },
          { pool: "calc", backends: [backend("http://c:1")] },
        ],
      }),
    );

    const status = await port(url).status();

    expect(status).toMatchObject({ wantedGeneration: 4, servedGeneration: 3 });
    expect(status.backends.map((other) => other.url)).toEqual(["http://left:1", "http://c:1"]);
    expect(requests[0]?.authorization).toBe("Bearer t0ken");
  });

  it.each([
    { when: "it refuses", answer: () => json(503, { code: "TRAEFIK_UNREACHABLE", message: "x" }) },
    { when: "its body is wrong", answer: () => json(200, { wantedGeneration: "4" }) },
    { when: "it is silent", answer: () => undefined },
  ])("throws for its status when $when, without the token", async ({ answer }) => {
    const { url } = await serve(answer);

    await expect(port(url).status()).rejects.toMatchObject({ message: expect.not.stringContaining("t0ken") });
  });

  const a = { server: "a", url: "http://a:1" };

  it("sends the whole wanted state", async () => {
    const { url, requests } = await serve(() => json(200, { generation: 7, acknowledgedAfterMs: 12 }));

    expect(await port(url).publish(7, [a, { server: "b", url: "http://b:1" }])).toEqual({
      kind: "acknowledged",
    });
    expect(requests).toMatchObject([{ method: "PUT", url: "/v1/backends" }]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
      generation: 7,
      pools: [{ pool: "calc", backends: ["http://a:1", "http://b:1"] }],
    });
  });

  it.each([
    {
      when: "the generation is old",
      answer: () => json(409, { code: "GENERATION_OLD", message: "x" }),
      kind: "stale",
    },
    {
      when: "Traefik does not take it up",
      answer: () => json(504, { code: "NOT_ACKNOWLEDGED", message: "x" }),
      kind: "failed",
    },
    {
      when: "it is refused",
      answer: () => json(400, { code: "BACKENDS_REFUSED", message: "x" }),
      kind: "failed",
    },
    {
      when: "another generation is acknowledged",
      answer: () => json(200, { generation: 6, acknowledgedAfterMs: 1 }),
      kind: "failed",
    },
    { when: "a proxy answers", answer: () => ({ status: 200, body: "ok" }), kind: "failed" },
    { when: "nothing comes", answer: () => undefined, kind: "failed" },
  ])("says $kind when $when", async ({ answer, kind }) => {
    const { url } = await serve(answer);

    expect(await port(url).publish(7, [a])).toMatchObject({ kind });
  });
});

describe("the probe port", () => {
  it.each([
    { status: 200, healthy: true },
    { status: 204, healthy: true },
    { status: 302, healthy: false },
    { status: 404, healthy: false },
    { status: 503, healthy: false },
  ])("finds a server that answers $status healthy: $healthy", async ({ status, healthy }) => {
    const { port, requests } = await serve(() => ({ status, body: "" }));

    expect(await createProbePort({ port, path: "/healthz" }).isHealthy("127.0.0.1")).toBe(healthy);
    expect(requests).toMatchObject([{ method: "GET", url: "/healthz" }]);
  });

  it("finds a silent server and a closed port unhealthy", async () => {
    const { port } = await serve(() => undefined);
    const probe = createProbePort({ port, path: "/healthz", timeoutMs: 100 });

    expect(await probe.isHealthy("127.0.0.1")).toBe(false);
    await double?.close();
    expect(await probe.isHealthy("127.0.0.1")).toBe(false);
  });
});
