import { decide } from "./decide.ts";
import type { DecisionInput } from "./decision.ts";
import { defaultPolicy, type ScalingPolicy } from "./policy.ts";
import { decisionInput, NOW_MS } from "./testing/samples.ts";

/** `warm` servers at `percent` each. */
function load(warm: number, percent: number, missingCount = 0): DecisionInput["load"] {
  return { warmCount: warm, missingCount, totalPercent: (warm - missingCount) * percent };
}

function policy(change: Partial<ScalingPolicy>): ScalingPolicy {
  return { ...defaultPolicy, ...change };
}

const calm = (size: number) => ({
  sinceMs: NOW_MS - 3_600_000,
  recommendations: Array.from({ length: 60 }, (_, index) => ({ atMs: NOW_MS - index * 5_000, size })),
});

interface Row {
  readonly when: string;
  readonly input: Partial<DecisionInput>;
  readonly toSize: number;
  readonly reason: string;
  readonly clamps?: readonly string[];
}

describe("decide", () => {
  it.each<Row>([
    { when: "load is on target", input: { load: load(2, 60) }, toSize: 2, reason: "within-band" },
    { when: "load is at the upper edge", input: { load: load(2, 69) }, toSize: 2, reason: "within-band" },
    {
      when: "load is just above the band",
      input: { load: load(2, 69.1) },
      toSize: 3,
      reason: "load-above-band",
    },
    { when: "load is at the lower edge", input: { load: load(2, 51) }, toSize: 2, reason: "within-band" },
    {
      when: "three servers do the work of two",
      input: { desiredSize: 3, load: load(3, 40), watch: calm(2) },
      toSize: 2,
      reason: "load-below-band",
    },
    {
      when: "load below the band still needs all",
      input: { load: load(2, 45), watch: calm(2) },
      toSize: 2,
      reason: "load-below-band",
    },
    {
      when: "the pool is idle",
      input: { load: load(2, 0), watch: calm(1) },
      toSize: 1,
      reason: "load-below-band",
    },
    {
      when: "the last server is idle",
      input: { desiredSize: 1, load: load(1, 0), watch: calm(1) },
      toSize: 1,
      reason: "load-below-band",
    },
    {
      when: "enough is on its way",
      input: { desiredSize: 3, load: load(1, 100), notYetWarmCount: 2 },
      toSize: 3,
      reason: "load-above-band",
    },
    {
      when: "growth is capped by the rate",
      input: { desiredSize: 1, load: load(1, 100), policy: policy({ targetPercent: 20 }) },
      toSize: 2,
      reason: "load-above-band",
      clamps: ["rate-up"],
    },
    {
      when: "the rate is used up",
      input: { desiredSize: 2, load: load(2, 100), changes: [{ atMs: NOW_MS - 59_000, delta: 1 }] },
      toSize: 2,
      reason: "load-above-band",
      clamps: ["rate-up"],
    },
    {
      when: "the period of the rate is over",
      input: { desiredSize: 2, load: load(2, 100), changes: [{ atMs: NOW_MS - 60_000, delta: 1 }] },
      toSize: 4,
      reason: "load-above-band",
    },
    {
      when: "growth meets the maximum",
      input: { desiredSize: 4, load: load(4, 100) },
      toSize: 5,
      reason: "load-above-band",
      clamps: ["max-size"],
    },
    {
      when: "shrinking is too fast",
      input: { desiredSize: 5, load: load(5, 5), watch: calm(1) },
      toSize: 4,
      reason: "load-below-band",
      clamps: ["rate-down"],
    },
    {
      when: "a percent rate is not exact in floating point",
      input: {
        desiredSize: 20,
        load: load(20, 0),
        watch: calm(1),
        policy: policy({
          maxSize: 20,
          scaleDown: { stabilizationSeconds: 0, maxPercent: 90, periodSeconds: 60 },
        }),
      },
      toSize: 2,
      reason: "load-below-band",
      clamps: ["rate-down"],
    },
    {
      when: "one has just left",
      input: {
        desiredSize: 4,
        load: load(4, 5),
        watch: calm(1),
        changes: [{ atMs: NOW_MS - 30_000, delta: -1 }],
      },
      toSize: 4,
      reason: "load-below-band",
      clamps: ["rate-down"],
    },
    {
      when: "the load was higher lately",
      input: {
        desiredSize: 3,
        load: load(3, 5),
        watch: { sinceMs: 0, recommendations: [{ atMs: NOW_MS - 299_000, size: 3 }] },
      },
      toSize: 3,
      reason: "load-below-band",
      clamps: ["stabilization-down"],
    },
    {
      when: "the process is young",
      input: { desiredSize: 3, load: load(3, 5), watch: { sinceMs: NOW_MS - 299_000, recommendations: [] } },
      toSize: 3,
      reason: "load-below-band",
      clamps: ["stabilization-down"],
    },
    {
      when: "growth has to have held",
      input: {
        load: load(2, 90),
        policy: policy({ scaleUp: { stabilizationSeconds: 30, maxServers: 4, periodSeconds: 60 } }),
        watch: { sinceMs: 0, recommendations: [{ atMs: NOW_MS - 20_000, size: 2 }] },
      },
      toSize: 2,
      reason: "load-above-band",
      clamps: ["stabilization-up"],
    },
    {
      when: "growth is asked of a young process",
      input: {
        load: load(2, 90),
        policy: policy({ scaleUp: { stabilizationSeconds: 30, maxServers: 4, periodSeconds: 60 } }),
        watch: { sinceMs: NOW_MS - 5_000, recommendations: [] },
      },
      toSize: 2,
      reason: "load-above-band",
      clamps: ["stabilization-up"],
    },
    {
      when: "a new server is not warm",
      input: { desiredSize: 3, load: load(2, 5), notYetWarmCount: 1, watch: calm(1) },
      toSize: 3,
      reason: "load-below-band",
      clamps: ["scale-out-in-progress"],
    },
    {
      when: "the load balancer is behind",
      input: { desiredSize: 3, load: load(3, 5), isLoadBalancerSettled: false, watch: calm(1) },
      toSize: 3,
      reason: "load-below-band",
      clamps: ["load-balancer-behind"],
    },
    {
      when: "nothing can be read",
      input: { load: load(2, 0, 2), watch: calm(1) },
      toSize: 2,
      reason: "load-unknown",
    },
    {
      when: "no server is warm",
      input: { load: load(0, 0), watch: calm(1) },
      toSize: 2,
      reason: "load-unknown",
    },
    {
      when: "one reading is missing and the rest is idle",
      input: { load: load(2, 5, 1), watch: calm(1) },
      toSize: 2,
      reason: "load-unknown",
    },
    {
      when: "one reading is missing and the rest overflows",
      input: { desiredSize: 3, load: load(3, 110, 1) },
      toSize: 4,
      reason: "load-above-band",
    },
    {
      when: "the minimum was raised",
      input: { desiredSize: 1, load: load(1, 0), policy: policy({ minSize: 3 }) },
      toSize: 3,
      reason: "below-minimum",
    },
    {
      when: "the minimum was raised and nothing can be read",
      input: { desiredSize: 1, load: load(1, 0, 1), policy: policy({ minSize: 3 }) },
      toSize: 3,
      reason: "below-minimum",
    },
    {
      when: "the maximum was lowered under full load",
      input: { desiredSize: 5, load: load(5, 90), policy: policy({ maxSize: 2 }) },
      toSize: 2,
      reason: "above-maximum",
    },
    {
      when: "growing is paused",
      input: { load: load(2, 90), paused: { up: true, down: false } },
      toSize: 2,
      reason: "load-above-band",
      clamps: ["paused-up"],
    },
    {
      when: "shrinking is paused",
      input: { load: load(2, 5), watch: calm(1), paused: { up: false, down: true } },
      toSize: 2,
      reason: "load-below-band",
      clamps: ["paused-down"],
    },
    {
      when: "an operator asks for more",
      input: { load: load(2, 60), manualFloor: 3 },
      toSize: 3,
      reason: "manual",
    },
    {
      when: "an operator asks for more than the maximum",
      input: { desiredSize: 5, load: load(5, 60), manualFloor: 6 },
      toSize: 5,
      reason: "manual",
      clamps: ["max-size"],
    },
    {
      when: "the load needs more than the operator asked for",
      input: { load: load(2, 100), manualFloor: 3 },
      toSize: 4,
      reason: "load-above-band",
    },
    {
      when: "the floor still holds",
      input: { desiredSize: 3, load: load(3, 5), manualFloor: 3, watch: calm(1) },
      toSize: 3,
      reason: "load-below-band",
      clamps: ["rate-down", "manual-floor"],
    },
    {
      when: "an operator asks for less",
      input: { desiredSize: 3, load: load(3, 30), manualStepDown: true },
      toSize: 2,
      reason: "manual",
    },
    {
      when: "the load forbids the operator's step",
      input: { desiredSize: 3, load: load(3, 55), manualStepDown: true },
      toSize: 3,
      reason: "manual",
      clamps: ["present-load"],
    },
    {
      when: "those that would go are protected",
      input: {
        desiredSize: 5,
        load: load(5, 5),
        watch: calm(1),
        mayNotLeave: { protectedCount: 4, creatingCount: 0 },
      },
      toSize: 5,
      reason: "load-below-band",
      clamps: ["rate-down", "may-not-leave"],
    },
    {
      when: "the maximum was lowered, some are protected and one is being made, which goes first",
      input: {
        desiredSize: 8,
        policy: { ...defaultPolicy, maxSize: 2 },
        load: load(6, 50),
        mayNotLeave: { protectedCount: 3, creatingCount: 1 },
      },
      toSize: 5,
      reason: "above-maximum",
      clamps: ["may-not-leave"],
    },
    {
      when: "servers that were to leave still serve, and the load rises",
      input: { desiredSize: 2, carryingCount: 4, load: load(4, 100) },
      toSize: 5,
      reason: "load-above-band",
      clamps: ["max-size"],
    },
    {
      when: "a server left a moment ago, which was decided long before",
      input: { desiredSize: 5, load: load(5, 5), watch: calm(1), leftAtMs: [NOW_MS - 5_000] },
      toSize: 5,
      reason: "load-below-band",
      clamps: ["rate-down"],
    },
    {
      when: "an operator asks for a size far below",
      input: { desiredSize: 5, load: load(5, 5), manualSize: 1 },
      toSize: 4,
      reason: "manual",
      clamps: ["rate-down"],
    },
    {
      when: "an operator asks for less than the minimum",
      input: { desiredSize: 1, load: load(1, 0), manualStepDown: true },
      toSize: 1,
      reason: "manual",
      clamps: ["min-size"],
    },
    {
      when: "an operator asks for less and nothing can be read",
      input: { load: load(2, 0, 2), manualStepDown: true },
      toSize: 2,
      reason: "manual",
      clamps: ["load-unknown"],
    },
    {
      when: "an operator asks for less while the load needs more",
      input: { load: load(2, 90), manualStepDown: true },
      toSize: 3,
      reason: "load-above-band",
    },
  ])("$when: $toSize ($reason)", ({ input, toSize, reason, clamps = [] }) => {
    const decision = decide(decisionInput(input));

    expect({ ...decision, clamps: decision.clamps.map(({ name }) => name) }).toMatchObject({
      toSize,
      reason,
      clamps,
    });
  });

  it("says in a sentence what it saw, did, and was kept from", () => {
    const { sentence } = decide(decisionInput({ desiredSize: 5, load: load(5, 12.345), watch: calm(1) }));

    expect(sentence).toBe(
      "Load is 12.3 % on 5 warm servers, below the band of 51 to 69 %: shrinks from 5 to 4 (wanted 2, held at 4: at most 1 server per 60 s).",
    );
  });

  it.each([
    {
      when: "the minimum",
      input: { desiredSize: 1, policy: policy({ minSize: 2 }) },
      sentence: "The pool of 1 is below its minimum of 2: grows from 1 to 2.",
    },
    {
      when: "the maximum",
      input: { desiredSize: 6 },
      sentence: "The pool of 6 is above its maximum of 5: shrinks from 6 to 5.",
    },
    { when: "no warm server", input: { load: load(0, 0) }, sentence: "No server is warm: stays at 2." },
    {
      when: "servers on their way",
      input: { desiredSize: 3, load: load(1, 100) },
      sentence:
        "Load is 100 % on 1 warm server, above the band of 51 to 69 %: stays at 3, enough once all of them are warm.",
    },
    {
      when: "a gap in the readings",
      input: { load: load(2, 5, 1) },
      sentence: "1 server of 2 without a reading: stays at 2.",
    },
    {
      when: "an operator",
      input: { manualFloor: 3 },
      sentence: "An operator asked for it: grows from 2 to 3.",
    },
  ])("explains $when", ({ input, sentence }) => {
    expect(decide(decisionInput(input)).sentence).toBe(sentence);
  });
});
