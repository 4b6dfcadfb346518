import { judge } from "./summary.ts";

const good = {
  durationSeconds: 300,
  totalRequests: 900,
  failedRequests: 0,
  failureKinds: {},
  startInService: 1,
  maxInService: 3,
  endInService: 1,
};

describe("judge", () => {
  it.each([
    { when: "it scaled up and down without a failure", change: {}, interrupted: false, ok: true },
    {
      when: "one request failed",
      change: { failedRequests: 1, failureKinds: { "status 502": 1 } },
      interrupted: false,
      ok: false,
    },
    { when: "it never grew", change: { maxInService: 1 }, interrupted: false, ok: false },
    { when: "it did not come back", change: { endInService: 2 }, interrupted: false, ok: false },
    {
      when: "it began with more than the seed",
      change: { startInService: 2 },
      interrupted: false,
      ok: false,
    },
    { when: "it was interrupted", change: {}, interrupted: true, ok: false },
  ])("says $ok when $when", ({ change, interrupted, ok }) => {
    const verdict = judge({ summary: { ...good, ...change }, interrupted });

    expect(verdict.ok).toBe(ok);
    expect(verdict.lines.some((line) => line.startsWith("NOT GOOD"))).toBe(!ok);
  });

  it("asks a quick show only to grow", () => {
    const quick = { summary: { ...good, endInService: 2 }, interrupted: false };

    expect(judge(quick, { comesBack: false }).ok).toBe(true);
    expect(judge({ ...quick, summary: { ...good, maxInService: 1 } }, { comesBack: false }).ok).toBe(false);
  });

  it("does not call an unknown pool good", () => {
    const { startInService, maxInService, endInService, ...unknown } = good;

    expect([startInService, maxInService, endInService]).toEqual([1, 3, 1]);
    expect(judge({ summary: unknown, interrupted: false }).ok).toBe(false);
  });
});
