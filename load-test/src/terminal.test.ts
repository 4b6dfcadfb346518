import type { Progress } from "./progress.ts";
import { createProgressWriter } from "./terminal.ts";

const progress: Progress = {
  phase: "ramp",
  url: "http://203.0.113.10",
  scenarioName: "article-ramp",
  elapsedSeconds: 10,
  rampSeconds: 300,
  settleSeconds: 120,
  stage: { index: 0, count: 5, label: "start", targetRps: 1 },
  sentCount: 10,
  inFlightCount: 0,
  failedCount: 0,
  p50Ms: 121,
  p95Ms: 148,
  arrivalRps: 1,
  loadHistoryPercent: [],
};

describe("createProgressWriter", () => {
  it.each([
    { when: "the terminal has room", columns: 80, rows: 24, isRedrawn: true },
    { when: "the terminal tells no size, as a serial console", columns: 0, rows: 0, isRedrawn: false },
    { when: "the terminal tells its width alone", columns: 80, rows: 0, isRedrawn: false },
  ])("redraws a block: $isRedrawn when $when", ({ columns, rows, isRedrawn }) => {
    const written: string[] = [];
    const write = createProgressWriter(
      { isTTY: true, columns, rows, write: (text) => written.push(text) },
      false,
    );

    write(progress);
    write({ ...progress, elapsedSeconds: 20 });

    expect(written).toHaveLength(2);
    expect(written[1]?.startsWith("\u001b[")).toBe(isRedrawn);
    expect(written[1]).toContain("0 failed");
  });
});
