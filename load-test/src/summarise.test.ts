import { Value } from "typebox/value";
import { LoadTestResult } from "./result.ts";
import { summarise } from "./summarise.ts";
import { simulatedRun } from "./testing/simulated-run.ts";

const run = simulatedRun({ peakRps: 24, failedCount: 12, startMs: 1_795_572_000_000 });

describe("summarise", () => {
  const result = summarise(run);

  it("fits the documented schema, also after JSON", () => {
    expect(Value.Check(LoadTestResult, JSON.parse(JSON.stringify(result)))).toBe(true);
  });

  it("counts each request once in seconds and stages", () => {
    const total = run.samples.length;

    expect(result.summary.totalRequests).toBe(total);
    expect(result.seconds.reduce((sum, { arrivalCount }) => sum + arrivalCount, 0)).toBe(total);
    expect(result.stages.reduce((sum, { requestCount }) => sum + requestCount, 0)).toBe(total);
    const failed = result.seconds.reduce((sum, { failedCount }) => sum + failedCount, 0);
    expect([failed, result.stages.reduce((sum, { failedCount }) => sum + failedCount, 0)]).toEqual([
      result.summary.failedRequests,
      result.summary.failedRequests,
    ]);
  });

  it("says how the pool went and how fast it reacted", () => {
    expect(result.summary).toMatchObject({ startInService: 1, maxInService: 5, endInService: 1 });
    expect(result.reactions[0]).toMatchObject({
      fromSize: 1,
      toSize: 2,
      breachToDecisionSeconds: 0,
      decisionToInServiceSeconds: 14,
    });
    expect(result.summary.firstReactionSeconds).toBe(14);
  });

  it("keeps the life of each server, the seed first", () => {
    expect(result.servers[0]).toMatchObject({ role: "seed", phases: [{ phase: "serving", fromSecond: 0 }] });
    expect(result.servers[1]?.phases.map(({ phase }) => phase)).toEqual([
      ...["creating", "booting", "probing", "warming", "serving", "draining", "deleting"],
    ]);
  });

  it("leaves out what a silent scaler did not say", () => {
    const silent = summarise({ ...run, observations: run.observations.slice(0, 20) });

    expect(silent.seconds[10]?.inServiceCount).toBe(1);
    expect(silent.seconds[60]?.inServiceCount).toBeUndefined();
  });

  it("holds for a run without a single request", () => {
    const empty = summarise({ ...run, samples: [], observations: [], decisions: [] });

    expect(empty.summary).toMatchObject({ totalRequests: 0, failedRequests: 0 });
    expect(empty.summary.p95Ms).toBeUndefined();
    expect(Value.Check(LoadTestResult, empty)).toBe(true);
  });
});
