import type { Progress } from "./progress.ts";
import { progressBlock, progressLine } from "./progress-text.ts";

const progress: Progress = {
  phase: "ramp",
  url: "http://203.0.113.10",
  scenarioName: "article-ramp",
  elapsedSeconds: 135,
  rampSeconds: 300,
  settleSeconds: 120,
  stage: { index: 2, count: 5, label: "peak", targetRps: 24 },
  sentCount: 1234,
  inFlightCount: 3,
  failedCount: 0,
  p50Ms: 121,
  p95Ms: 1480,
  arrivalRps: 24,
  pool: {
    pool: "calc",
    minSize: 1,
    maxSize: 5,
    desiredSize: 4,
    inServiceCount: 3,
    targetPercent: 60,
    tolerancePercent: 15,
    loadPercent: 72.4,
  },
  loadHistoryPercent: [0, 30, 60, 99, 100],
  lastDecision: {
    ...{ id: 7, atMs: 0, atSecond: 121, pool: "calc", fromSize: 2, toSize: 4, reason: "load-above-target" },
    sentence: "CPU was 99 % on 2, the target is 60 %: 4 servers.",
  },
};

describe("progressBlock", () => {
  it("shows time, rate, latency, failures, servers, load and the last decision", () => {
    expect(progressBlock(progress, { columns: 100, colour: false })).toEqual([
      "Load test article-ramp → http://203.0.113.10",
      "█████████████░░░░░░░░░░░░░░░ 2:15 of 5:00  stage 3 of 5, peak: 24/s",
      "Requests 24/s · 1\u00a0234 sent · 3 in flight · 0 failed",
      "Latency  p50 121 ms · p95 1.5 s (last 10 s)",
      "Servers  ●●●○○ 3 servers in service, 4 wanted, at most 5",
      "CPU      ▁▃▅██ 72 %, target 60 %",
      "Decision 2:01 CPU was 99 % on 2, the target is 60 %: 4 servers.",
    ]);
  });

  it.each([20, 40, 80])("is never wider than %d columns, colours not counted", (columns) => {
    for (const line of progressBlock({ ...progress, failedCount: 2 }, { columns, colour: true })) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours start with one
      expect([...line.replaceAll(/\u001b\[\d*m/g, "")].length).toBeLessThanOrEqual(columns);
    }
  });

  it("says what is missing while the scaler is not seen", () => {
    const { pool: _pool, lastDecision: _decision, ...unseen } = progress;
    const lines = progressBlock({ ...unseen, scalerProblem: "no answer" }, { columns: 80, colour: false });

    expect(lines.at(-1)).toBe("Scaler   not seen: no answer");
  });
});

describe("progressLine", () => {
  it("says the same in one line", () => {
    const { stage: _stage, ...rest } = progress;

    expect(progressLine({ ...rest, phase: "settling", elapsedSeconds: 310 })).toBe(
      "5:10 of 5:00 settling: low load until the pool is at rest, at most 2:00 more | 24/s | p50 121 ms, p95 1.5 s | " +
        "0 failed of 1\u00a0234 | 3 servers in service, 4 wanted, at most 5 | CPU 72 %, target 60 % | " +
        "last decision 2:01: CPU was 99 % on 2, the target is 60 %: 4 servers.",
    );
  });
});
