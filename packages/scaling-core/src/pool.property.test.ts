import fc from "fast-check";
import { defaultPolicy, type ScalingPolicy } from "./policy.ts";
import { calm, createModelPool, type Luck } from "./testing/model-pool.ts";
import { runs } from "./testing/runs.ts";

const chance = (max: number) => fc.double({ min: 0, max, noNaN: true });
const lucks: fc.Arbitrary<Luck> = fc.record({
  demandPercent: fc.integer({ min: 0, max: 800 }),
  missingReading: fc.oneof(fc.constant(0), chance(1)),
  cloneRefused: chance(0.5),
  answerLost: chance(0.5),
  probeFails: fc.oneof(fc.constant(0), chance(1)),
  callFails: chance(0.8),
  machineVanishes: chance(0.1),
  balancerSilent: chance(0.9),
  paused: fc.constantFrom("no", "no", "no", "up", "down", "both"),
  tickMs: fc.constantFrom(250, 5_000, 5_000, 5_000, 60_000, 3_600_000, -3_600_000),
});
const policies = fc
  .record({
    minSize: fc.integer({ min: 1, max: 3 }),
    maxSize: fc.integer({ min: 3, max: 8 }),
    createsPerDay: fc.integer({ min: 1, max: 50 }),
    warmUpSeconds: fc.integer({ min: 0, max: 120 }),
  })
  .map(
    (change): ScalingPolicy => ({
      ...defaultPolicy,
      ...change,
      scaleDown: { stabilizationSeconds: 60, maxServers: 2, periodSeconds: 30 },
    }),
  );

/** Park and Miller's generator: a run is repeated by its seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("a pool in any world", () => {
  it("breaks no invariant, whatever the load and the faults", () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 2_147_483_646 }),
        fc.array(fc.tuple(lucks, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 8 }),
        (policy, seed, phases) => {
          const pool = createModelPool(policy, createRandom(seed));
          for (const [luck, ticks] of phases) for (let tick = 0; tick < ticks; tick += 1) pool.tick(luck);
          expect(pool.violations).toEqual([]);
        },
      ),
      runs,
    );
  });

  it("leaves nothing behind when the load is gone and nothing fails any more", () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 2_147_483_646 }),
        fc.array(lucks, { minLength: 1, maxLength: 8 }),
        (policy, seed, phases) => {
          const pool = createModelPool({ ...policy, minSize: 1 }, createRandom(seed));
          for (const luck of phases) pool.tick({ ...luck, tickMs: Math.abs(luck.tickMs) });
          for (let tick = 0; tick < 400 && (tick < 20 || pool.leftCount() > 0); tick += 1) pool.tick(calm);
          expect(pool.violations).toEqual([]);
          expect(pool.leftCount()).toBe(0);
        },
      ),
      runs,
    );
  }, 60_000);
});
