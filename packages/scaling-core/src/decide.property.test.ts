import fc from "fast-check";
import { decide } from "./decide.ts";
import type { DecisionInput } from "./decision.ts";
import { decisionIsSound } from "./invariants.ts";
import { loadReading, summarizeLoad } from "./load.ts";
import { parseScalingPolicy } from "./parse-policy.ts";
import type { ScalingPolicy } from "./policy.ts";
import { poolSignal } from "./signals.ts";
import { runs } from "./testing/runs.ts";
import { NOW_MS } from "./testing/samples.ts";

const rate = fc.record(
  {
    stabilizationSeconds: fc.integer({ min: 0, max: 600 }),
    maxServers: fc.integer({ min: 1, max: 5 }),
    maxPercent: fc.integer({ min: 1, max: 200 }),
    periodSeconds: fc.integer({ min: 1, max: 120 }),
  },
  { requiredKeys: [] },
);

const policies = fc
  .record({
    minSize: fc.integer({ min: 1, max: 4 }),
    maxSize: fc.integer({ min: 4, max: 12 }),
    targetPercent: fc.integer({ min: 5, max: 80 }),
    tolerancePercent: fc.integer({ min: 0, max: 20 }),
    scaleUp: rate,
    scaleDown: rate,
    dryRun: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  })
  .map((value): ScalingPolicy => {
    const result = parseScalingPolicy(value);
    if (result.kind === "invalid") throw new Error(result.problems.join("; "));
    return result.policy;
  });

const atMs = fc.integer({ min: NOW_MS - 900_000, max: NOW_MS + 60_000 });
const readings = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, -1e9) },
  ),
  { maxLength: 12 },
);

const inputs: fc.Arbitrary<DecisionInput> = fc.record(
  {
    nowMs: fc.constant(NOW_MS),
    policy: policies,
    desiredSize: fc.integer({ min: 1, max: 14 }),
    load: readings.map((values) => summarizeLoad(values.map(loadReading))),
    notYetWarmCount: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 })),
    isLoadBalancerSettled: fc.boolean(),
    watch: fc.record({
      sinceMs: atMs,
      recommendations: fc.array(fc.record({ atMs, size: fc.integer({ min: 1, max: 14 }) }), {
        maxLength: 20,
      }),
    }),
    changes: fc.array(fc.record({ atMs, delta: fc.integer({ min: -3, max: 3 }) }), { maxLength: 6 }),
    paused: fc.record({ up: fc.boolean(), down: fc.boolean() }),
    manualFloor: fc.integer({ min: 1, max: 14 }),
    manualStepDown: fc.boolean(),
    manualSize: fc.integer({ min: 1, max: 14 }),
    isUpAlertFresh: fc.boolean(),
    createsLeft: fc.integer({ min: 0, max: 5 }),
    signals: fc.array(
      fc
        .record({
          name: fc.constantFrom("memory" as const, "requests" as const, "latency" as const),
          target: fc.integer({ min: 1, max: 500 }),
          warmCount: fc.integer({ min: 0, max: 12 }),
          perServer: fc.oneof(
            fc.double({ min: 0, max: 1_000, noNaN: true }),
            fc.constantFrom(undefined, Number.NaN),
          ),
        })
        .map(({ name, target, warmCount, perServer }) => poolSignal(name, target, warmCount, perServer)),
      { maxLength: 3 },
    ),
  },
  {
    requiredKeys: [
      "nowMs",
      "policy",
      "desiredSize",
      "load",
      "notYetWarmCount",
      "isLoadBalancerSettled",
      "watch",
      "changes",
      "paused",
    ],
  },
);

describe("every decision", () => {
  it("keeps the limits, and never shrinks blindly or into overload", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(decisionIsSound(decide(input))).toEqual([]);
      }),
      runs,
    );
  });

  it("ends within the limits unless a pause forbids it", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const policy = { ...input.policy, dryRun: false };
        const { toSize } = decide({ ...input, policy, createsLeft: 99, paused: { up: false, down: false } });

        expect(toSize).toBeGreaterThanOrEqual(input.policy.minSize);
        expect(toSize).toBeLessThanOrEqual(input.policy.maxSize);
      }),
      runs,
    );
  });

  it("changes nothing in a dry run, and creates no more than the day's budget", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { fromSize, toSize } = decide(input);

        if (input.policy.dryRun) expect(toSize).toBe(fromSize);
        expect(toSize - fromSize).toBeLessThanOrEqual(input.createsLeft ?? 99);
      }),
      runs,
    );
  });

  it("is explained by its own input: the same input gives the same decision", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decide(input);
        expect(decide(JSON.parse(JSON.stringify(decision.input)))).toEqual(
          JSON.parse(JSON.stringify(decision)),
        );
      }),
      { ...runs, numRuns: runs.numRuns },
    );
  });

  it("moves in the direction that the load asks for, or not at all", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { fromSize, toSize, reason } = decide(input);

        if (reason === "load-above-band") expect(toSize).toBeGreaterThanOrEqual(fromSize);
        if (reason === "load-below-band") expect(toSize).toBeLessThanOrEqual(fromSize);
        if (reason === "load-unknown" || reason === "within-band") expect(toSize).toBe(fromSize);
      }),
      runs,
    );
  });

  it("asks for no less when the load is higher", () => {
    fc.assert(
      fc.property(inputs, fc.double({ min: 0, max: 400, noNaN: true }), (input, more) => {
        const { load } = input;
        const heavier = { ...load, totalPercent: Math.min(load.warmCount * 100, load.totalPercent + more) };

        expect(decide({ ...input, load: heavier }).recommendedSize).toBeGreaterThanOrEqual(
          decide(input).recommendedSize,
        );
      }),
      runs,
    );
  });

  it("never changes more in a period than the rate allows, tick after tick", () => {
    fc.assert(
      fc.property(
        policies,
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 5, maxLength: 60 }),
        (policy, loads) => {
          const downs: { atMs: number; delta: number }[] = [];
          let changes: { atMs: number; delta: number }[] = [];
          let desiredSize = policy.maxSize;
          loads.forEach((percent, tick) => {
            const nowMs = NOW_MS + tick * 5_000;
            const load = { warmCount: desiredSize, missingCount: 0, totalPercent: percent * desiredSize };
            const watch = { sinceMs: 0, recommendations: [] };
            const base = {
              nowMs,
              policy,
              desiredSize,
              load,
              watch,
              changes,
              notYetWarmCount: 0,
              isLoadBalancerSettled: true,
            };
            const { toSize } = decide({ ...base, paused: { up: true, down: false } });
            if (toSize !== desiredSize) downs.push({ atMs: nowMs, delta: desiredSize - toSize });
            changes = [...changes, { atMs: nowMs, delta: toSize - desiredSize }];
            desiredSize = toSize;
          });

          const { maxServers = 0, maxPercent = 0, periodSeconds } = policy.scaleDown;
          for (const { atMs: endMs } of downs) {
            const removed = downs
              .filter((down) => down.atMs <= endMs && endMs - down.atMs < periodSeconds * 1000)
              .reduce((sum, { delta }) => sum + delta, 0);
            expect(removed).toBeLessThanOrEqual(
              Math.max(maxServers, Math.ceil((policy.maxSize * maxPercent) / 100)),
            );
          }
        },
      ),
      runs,
    );
  });
});
