import { decide } from "./decide.ts";
import type { DecisionInput } from "./decision.ts";
import { defaultPolicy } from "./policy.ts";
import { latencyP95Ms, memoryPercentByServer, requestsPerSecond } from "./promql.ts";
import { withinWindows } from "./schedule.ts";
import { answerOf, poolSignal } from "./signals.ts";
import { decisionInput } from "./testing/samples.ts";

describe("answerOf", () => {
  it.each([
    { when: "above the band", value: 80, verdict: "above", size: 4 },
    { when: "within it", value: 55, verdict: "within", size: 3 },
    { when: "below it", value: 20, verdict: "below", size: 1 },
    { when: "absent", value: undefined, verdict: "unknown", size: 3 },
    { when: "NaN", value: Number.NaN, verdict: "unknown", size: 3 },
    { when: "negative", value: -1, verdict: "unknown", size: 3 },
    { when: "infinite", value: Number.POSITIVE_INFINITY, verdict: "unknown", size: 3 },
  ])("says $verdict when the value is $when", ({ value, verdict, size }) => {
    expect(answerOf(poolSignal("memory", 60, 3, value), 15, 3)).toMatchObject({ verdict, size });
  });
});

describe("several signals", () => {
  const memory = (percent: number | undefined) => poolSignal("memory", 60, 2, percent);
  const latency = (ms: number | undefined) => poolSignal("latency", 200, 2, ms);
  const cpu = (percent: number) => ({ warmCount: 2, missingCount: 0, totalPercent: 2 * percent });
  const rows: readonly {
    when: string;
    input: Partial<DecisionInput>;
    toSize: number;
    reason: string;
    clamp?: string;
  }[] = [
    {
      when: "one is above",
      input: { load: cpu(20), signals: [memory(95)] },
      toSize: 4,
      reason: "load-above-band",
    },
    {
      when: "both are above, the larger (the further signal first)",
      input: { load: cpu(70), signals: [latency(900), memory(95)] },
      toSize: 4,
      reason: "load-above-band",
      clamp: "rate-up",
    },
    {
      when: "both are above, the larger answer wins",
      input: { load: cpu(80), signals: [memory(95)] },
      toSize: 4,
      reason: "load-above-band",
    },
    {
      when: "one is within, nothing shrinks",
      input: { load: cpu(20), signals: [memory(60)] },
      toSize: 2,
      reason: "within-band",
    },
    {
      when: "all agree",
      input: { load: cpu(20), signals: [memory(20), latency(50)] },
      toSize: 1,
      reason: "load-below-band",
    },
    {
      when: "one is unknown, nothing shrinks",
      input: { load: cpu(20), signals: [latency(undefined)] },
      toSize: 2,
      reason: "load-unknown",
    },
    {
      when: "one is unknown and another above",
      input: { load: cpu(90), signals: [latency(undefined)] },
      toSize: 3,
      reason: "load-above-band",
    },
    {
      when: "an operator asks for less while one is unknown",
      input: { load: cpu(20), signals: [latency(undefined)], manualSize: 1 },
      toSize: 2,
      reason: "manual",
      clamp: "load-unknown",
    },
  ];
  it.each(rows)("decide $toSize when $when", ({ input, toSize, reason, clamp }) => {
    const decision = decide(decisionInput(input));
    expect(decision).toMatchObject({ toSize, reason });
    expect(decision.clamps.map(({ name }) => name)).toEqual(clamp === undefined ? [] : [clamp]);
  });

  it.each([
    { signal: memory(95), english: "Memory in use is 95 % on 2 warm servers, above the band of 51 to 69 %" },
    {
      signal: poolSignal("requests", 40, 2, 90.5),
      english:
        "Traffic per server is 90.5 requests/s on 2 warm servers, above the band of 34 to 46 requests/s",
    },
    {
      signal: latency(900),
      english:
        "The 95th percentile of the response time is 900 ms on 2 warm servers, above the band of 170 to 230 ms",
    },
  ])("name the decisive one: $english", ({ signal, english }) => {
    const { sentence, sentenceIndonesian } = decide(decisionInput({ load: cpu(60), signals: [signal] }));
    expect(sentence).toContain(english);
    expect(sentenceIndonesian).toMatch(/di atas rentang .* bertambah dari 2 menjadi \d server/);
  });
});

describe("an alert while there is no reading", () => {
  const blind = { load: { warmCount: 2, missingCount: 2, totalPercent: 0 }, isUpAlertFresh: true };
  it.each<{ when: string; input: Partial<DecisionInput>; toSize: number }>([
    { when: "nothing can be read", input: {}, toSize: 3 },
    { when: "the last one is not warm yet", input: { notYetWarmCount: 1 }, toSize: 2 },
    { when: "the cloud has refused the last one so far", input: { plannedCount: 1 }, toSize: 2 },
    {
      when: "one server still has a reading",
      input: { load: { warmCount: 2, missingCount: 1, totalPercent: 5 } },
      toSize: 2,
    },
    { when: "the alert is old", input: { isUpAlertFresh: false }, toSize: 2 },
    { when: "the pool is at its maximum", input: { desiredSize: 5 }, toSize: 5 },
  ])("decides $toSize when $when", ({ input, toSize }) => {
    const decision = decide(decisionInput({ ...blind, ...input }));
    expect(decision.toSize).toBe(toSize);
  });

  it("is said in both languages", () => {
    const { sentence, sentenceIndonesian } = decide(decisionInput(blind));
    expect(sentence).toMatch(/^An alert says that the load is high, and there is no reading at all: grows/);
    expect(sentenceIndonesian).toMatch(/^Peringatan menyatakan beban tinggi/);
  });
});

describe("limits beside the load", () => {
  it.each<{ when: string; input: Partial<DecisionInput>; toSize: number; clamp: string }>([
    { when: "the day's budget is used up", input: { createsLeft: 0 }, toSize: 2, clamp: "create-budget" },
    { when: "one create is left", input: { createsLeft: 1 }, toSize: 3, clamp: "create-budget" },
    {
      when: "it is a dry run",
      input: { policy: { ...defaultPolicy, dryRun: true } },
      toSize: 2,
      clamp: "dry-run",
    },
  ])("hold the size at $toSize when $when", ({ input, toSize, clamp }) => {
    const load = { warmCount: 2, missingCount: 0, totalPercent: 200 };
    const decision = decide(decisionInput({ load, ...input }));
    expect(decision.toSize).toBe(toSize);
    expect(decision.clamps.map(({ name }) => name)).toContain(clamp);
    expect(decision.sentenceIndonesian).toContain(clamp === "dry-run" ? "uji coba" : "klona sehari");
  });

  it("a dry run does not shrink either", () => {
    const load = { warmCount: 2, missingCount: 0, totalPercent: 10 };
    const { toSize } = decide(decisionInput({ load, policy: { ...defaultPolicy, dryRun: true } }));
    expect(toSize).toBe(2);
  });

  it("an operator's size is reached in both directions, within the limits", () => {
    expect(decide(decisionInput({ manualSize: 9 })).toSize).toBe(5);
    const load = { warmCount: 2, missingCount: 0, totalPercent: 10 };
    expect(decide(decisionInput({ manualSize: 1, load })).toSize).toBe(1);
  });
});

describe("withinWindows", () => {
  const policy = { ...defaultPolicy, minSize: 1, maxSize: 5 };
  it.each([
    { when: "none is open", windows: [], minSize: 1, maxSize: 5 },
    { when: "a floor", windows: [{ name: "day", minSize: 3 }], minSize: 3, maxSize: 5 },
    { when: "a ceiling", windows: [{ name: "night", maxSize: 2 }], minSize: 1, maxSize: 2 },
    {
      when: "two floors, the higher",
      windows: [
        { name: "a", minSize: 2 },
        { name: "b", minSize: 4 },
      ],
      minSize: 4,
      maxSize: 5,
    },
    {
      when: "a floor above a ceiling, the ceiling",
      windows: [
        { name: "a", minSize: 4 },
        { name: "b", maxSize: 2 },
      ],
      minSize: 2,
      maxSize: 2,
    },
    { when: "a ceiling above the policy's", windows: [{ name: "a", maxSize: 99 }], minSize: 1, maxSize: 5 },
  ])("holds when it is $when", ({ windows, minSize, maxSize }) => {
    expect(withinWindows(policy, windows)).toEqual({ ...policy, minSize, maxSize });
  });
});

describe("the queries of the further signals", () => {
  const query = { pool: "calc", windowSeconds: 30 };
  it.each([memoryPercentByServer(query), requestsPerSecond(query), latencyP95Ms(query)])(
    "names pool and window: %s",
    (text) => {
      expect(text).toContain("calc");
    },
  );
});
