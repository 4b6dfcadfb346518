import { loadReading, meanLoadPercent, summarizeLoad } from "./load.ts";

describe("loadReading", () => {
  it.each<{ when: string; percent: number | undefined; reading: object }>([
    { when: "a plain load", percent: 42, reading: { kind: "fresh", percent: 42 } },
    { when: "a little below zero", percent: -0.4, reading: { kind: "fresh", percent: 0 } },
    { when: "a little above one hundred", percent: 101, reading: { kind: "fresh", percent: 100 } },
    { when: "no series", percent: undefined, reading: { kind: "missing", why: "no-series" } },
    { when: "NaN", percent: Number.NaN, reading: { kind: "missing", why: "not-a-number" } },
    {
      when: "infinity",
      percent: Number.POSITIVE_INFINITY,
      reading: { kind: "missing", why: "not-a-number" },
    },
    { when: "impossibly high", percent: 6_000, reading: { kind: "missing", why: "not-a-number" } },
    { when: "impossibly low", percent: -50, reading: { kind: "missing", why: "not-a-number" } },
  ])("reads $when", ({ percent, reading }) => {
    expect(loadReading(percent)).toEqual(reading);
  });
});

describe("summarizeLoad", () => {
  it("keeps what is missing apart from what is idle", () => {
    const load = summarizeLoad([loadReading(80), loadReading(0), loadReading(undefined)]);

    expect(load).toEqual({ warmCount: 3, missingCount: 1, totalPercent: 80 });
    expect(meanLoadPercent(load)).toBe(40);
    expect(meanLoadPercent(summarizeLoad([]))).toBeUndefined();
  });
});
