import type { PoolView, ServerView } from "@autoscaler/contracts";
import { Value } from "typebox/value";
import type { Progress } from "./progress.ts";
import { LoadTestResult } from "./result.ts";
import { runLoadTest } from "./run-load-test.ts";
import type { Scenario } from "./scenario.ts";
import { type FakeScaler, startFakeScaler } from "./testing/fake-scaler.ts";
import { type FakeService, startFakeService } from "./testing/fake-service.ts";

const scenario: Scenario = {
  name: "short",
  stages: [
    { label: "up", durationSeconds: 1, fromRps: 10, toRps: 30 },
    { label: "on", durationSeconds: 1.5, fromRps: 30, toRps: 30 },
  ],
  request: { method: "POST", path: "/calculate", body: { number: 13 } },
};
const seed: ServerView = { name: "seed", role: "seed", phase: "serving", phaseSinceMs: 0, warm: true };
const clone: ServerView = { name: "c-1", role: "clone", phase: "draining", phaseSinceMs: 0, warm: true };

describe("runLoadTest", () => {
  jest.setTimeout(30_000);
  let service: FakeService;
  let scaler: FakeScaler;
  const scalerAccess = () => ({ url: scaler.url, token: scaler.token, pool: "calc" });

  beforeEach(async () => {
    service = await startFakeService((response, count) =>
      response.writeHead(count % 10 === 0 ? 503 : 200).end("ok"),
    );
    scaler = await startFakeScaler(pool({ inServiceCount: 1, desiredSize: 1 }));
    scaler.say({ pool: pool({ inServiceCount: 1, desiredSize: 1 }), servers: [seed] });
  });
  afterEach(async () => {
    await service.close();
    await scaler.close();
  });

  it("sends every request of the scenario and counts failures by kind, without a scaler", async () => {
    const seen: Progress[] = [];

    const result = await runLoadTest({ url: service.url, scenario, settleSeconds: 60 }, (progress) =>
      seen.push(progress),
    );

    expect(result.summary).toMatchObject({
      totalRequests: 65,
      failedRequests: 6,
      failureKinds: { "status-503": 6 },
    });
    expect(result.stages.map(({ label, requestCount }) => [label, requestCount])).toEqual([
      ["up", 20],
      ["on", 45],
    ]);
    expect(result.summary.startInService).toBeUndefined();
    expect(service.bodies).toHaveLength(65);
    expect(seen.at(-1)).toMatchObject({ phase: "done", sentCount: 65, inFlightCount: 0, failedCount: 6 });
    expect(Value.Check(LoadTestResult, JSON.parse(JSON.stringify(result)))).toBe(true);
  });

  it("records the pool and its new decisions, and settles until it is at rest", async () => {
    scaler.decide({ ...decision(1, 1, 4), atMs: 5 });
    const seen: Progress[] = [];
    const settling = { started: false };

    const result = await runLoadTest(
      { url: service.url, scenario, scaler: scalerAccess(), settleSeconds: 20 },
      (progress) => {
        seen.push(progress);
        if (seen.length === 2) {
          scaler.decide(decision(2, 1, 2));
          scaler.decide(decision(3, 2, 2));
          scaler.say({
            pool: pool({ inServiceCount: 2, desiredSize: 2 }),
            servers: [seed, { ...clone, phase: "serving" }],
          });
        }
        if (progress.phase === "settling" && !settling.started) {
          settling.started = true;
          scaler.decide(decision(4, 2, 1));
          scaler.say({ pool: pool({ inServiceCount: 1, desiredSize: 1 }), servers: [seed, clone] });
          setTimeout(
            () => scaler.say({ pool: pool({ inServiceCount: 1, desiredSize: 1 }), servers: [seed] }),
            1500,
          );
        }
      },
    );

    expect(result.summary).toMatchObject({ startInService: 1, maxInService: 2, endInService: 1 });
    expect(result.decisions.map(({ id }) => id)).toEqual([2, 4]);
    expect(result.stages.at(-1)?.label).toBe("settling");
    expect(result.summary.durationSeconds).toBeLessThan(20);
    expect(result.servers.map(({ name }) => name)).toEqual(["seed", "c-1"]);
    expect(result.policy).toEqual({ minSize: 1, maxSize: 5, targetPercent: 60, tolerancePercent: 15 });
    expect(seen.some(({ phase }) => phase === "settling")).toBe(true);
  });

  it("goes on without the scaler when it stops answering, and says so", async () => {
    const seen: Progress[] = [];

    const result = await runLoadTest(
      { url: service.url, scenario, scaler: scalerAccess(), settleSeconds: 1 },
      (progress) => {
        seen.push(progress);
        scaler.fail(500);
      },
    );

    expect(result.summary.totalRequests).toBeGreaterThanOrEqual(65);
    expect(seen.at(-1)?.scalerProblem).toContain("500");
  });

  it("ends early with a result of what was done when it is aborted", async () => {
    const abort = new AbortController();

    const result = await runLoadTest(
      { url: service.url, scenario, settleSeconds: 0, signal: abort.signal },
      ({ sentCount }) => {
        if (sentCount > 0) abort.abort();
      },
    );

    expect(result.interrupted).toBe(true);
    expect(result.summary.totalRequests).toBeLessThan(65);
  });
});

function pool(change: Partial<PoolView>): PoolView {
  return {
    pool: "calc",
    minSize: 1,
    maxSize: 5,
    desiredSize: 1,
    inServiceCount: 1,
    targetPercent: 60,
    tolerancePercent: 15,
    loadPercent: 50,
    ...change,
  };
}

function decision(id: number, fromSize: number, toSize: number) {
  return {
    id,
    atMs: Date.now(),
    pool: "calc",
    fromSize,
    toSize,
    reason: "load-above-target",
    sentence: "because",
  };
}
