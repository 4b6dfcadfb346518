import { createPrometheusPort } from "../adapters/prometheus.ts";
import { createFakeWorld, testPool } from "../testing/fake-world.ts";
import { createHttpDouble } from "../testing/http-double.ts";
import { createScaler } from "./scaler.ts";

const targets = { latencyP95Ms: 200, requestsPerSecond: 40, memoryPercent: 60 };

/** What the first decision has of the signals, where Prometheus answers `text` to a query with `part`, else nothing. */
async function firstSignals(part: string, text: string): Promise<string> {
  const config = testPool({ signals: targets });
  const world = createFakeWorld(config);
  const double = await createHttpDouble(({ url = "" }) => {
    const series = { metric: { server: config.seed.name }, value: [world.clock.nowMs() / 1000, text] };
    const result = decodeURIComponent(url).includes(part) ? [series] : [];
    const body = { status: "success", data: { resultType: "vector", result } };
    return { status: 200, body: JSON.stringify(body) };
  });
  const { url } = double;
  const { signals } = config.policy;
  const port = createPrometheusPort({ url, pool: "calc", windowSeconds: 20, clock: world.clock, signals });
  world.settings.signals = await port.readSignals();
  await double.close();
  void createScaler({ config, ports: world.ports, tickIntervalMs: 5_000 }).run();
  await world.clock.advance(1_000);
  return JSON.stringify(world.journal.decisions({ limit: 9 }).at(-1)?.decision.input.signals);
}

const signal = (name: string, target: number, total?: number) => ({
  name,
  target,
  warmCount: 1,
  missingCount: total === undefined ? 1 : 0,
  ...(name === "memory" ? { totalPercent: total ?? 0 } : {}),
  total: total ?? 0,
});

describe("the signals beside CPU, from Prometheus to the journal", () => {
  // Decisions stay in journals for long: the order of their signals and fields is part of what is tested.
  it.each([
    { when: "memory", part: "node_memory", memory: 42 },
    { when: "requests", part: "traefik_service_requests", requests: 42 },
    { when: "latency", part: "traefik_service_request_duration", latency: 42 },
    { when: "nothing", part: "none" },
  ])("are the policy's, read where Prometheus has $when", async ({ part, memory, requests, latency }) => {
    expect(await firstSignals(part, "42")).toBe(
      JSON.stringify([
        signal("memory", 60, memory),
        signal("requests", 40, requests),
        signal("latency", 200, latency),
      ]),
    );
  });
});
