import { runs } from "@autoscaler/scaling-core/testing/runs.ts";
import fc from "fast-check";
import { clonesOf, restingViolations } from "../testing/check-world.ts";
import type { World } from "../testing/fake-world.ts";
import { createRandomWorld, harmless, quiet, stretch } from "../testing/random-world.ts";

/**
 * The most expensive step that may repeat is a deletion: it reads the machine and its addresses, deletes, and
 * reads the addresses again, at most every 5 s (12 times 4 calls). Looking for a public address adds one call
 * every 5 s.
 */
const MOST_CALLS_A_MINUTE = 60;
/** One list a second. */
const MOST_LISTS_A_MINUTE = 61;

/** A run of the whole loop costs as much as some hundred of the rules alone. */
const few = { numRuns: Math.ceil(runs.numRuns / 20) };
const timeoutMs = 120_000 + runs.numRuns * 40;
const stretches = fc.array(stretch, { minLength: 1, maxLength: 5 });

describe("a full disk", () => {
  it("hurries no step, although none can write down when the next one is due", async () => {
    const { calls, pass } = createRandomWorld();
    const inVain = {
      ...quiet,
      newStatus: "stopped",
      isStartInVain: true,
      demandPercent: 110,
      seconds: 60,
    } as const;
    await pass(inVain);
    await pass({ ...inVain, isDiskFull: true });

    expect(calls.mostOfAServer()).toBeGreaterThan(10);
    expect(calls.mostOfAServer()).toBeLessThanOrEqual(MOST_CALLS_A_MINUTE);
  });
});

describe("any fault", () => {
  it(
    "leaves the loop at its pace, breaks no invariant, and gives no address two names",
    async () => {
      await fc.assert(
        fc.asyncProperty(stretches, async (all) => {
          const { world, calls, pass, stop } = createRandomWorld();
          for (const each of all) await pass(each, () => expect(sharedAddresses(world)).toEqual([]));
          await stop();

          expect(calls.mostOfAServer()).toBeLessThanOrEqual(MOST_CALLS_A_MINUTE);
          expect(calls.mostLists()).toBeLessThanOrEqual(MOST_LISTS_A_MINUTE);
          expect(world.seenViolations).toEqual([]);
        }),
        few,
      );
    },
    timeoutMs,
  );

  it(
    "leaves nothing behind when it is over, and the load too",
    async () => {
      await fc.assert(
        fc.asyncProperty(stretches, async (all) => {
          const { world, pass, calmDown, stop } = createRandomWorld();
          for (const each of all) await pass(each);
          await calmDown(1_500);
          await stop();

          expect(clonesOf(world)).toEqual([]);
          expect(restingViolations(world)).toEqual([]);
        }),
        few,
      );
    },
    timeoutMs,
  );

  it(
    "but the death of servers takes no more out of service than the shrinking rate allows",
    async () => {
      const periodSeconds = 30;
      await fc.assert(
        fc.asyncProperty(
          fc.array(harmless, { minLength: 2, maxLength: 6 }),
          fc.integer({ min: 1, max: 2 }),
          async (all, maxServers) => {
            const scaleDown = { stabilizationSeconds: 0, maxServers, periodSeconds };
            const { world, pass, calmDown, stop } = createRandomWorld({ scaleDown });
            const sizes: number[] = [];
            const note = () => {
              sizes.push(world.lb.backends.length);
              // What came in meanwhile makes up for nobody who left.
              expect(leftIn(sizes.slice(-periodSeconds))).toBeLessThanOrEqual(maxServers);
            };
            for (const each of all) await pass(each, note);
            await calmDown(300, note);
            await stop();
          },
        ),
        few,
      );
    },
    timeoutMs,
  );
});

describe("protections, pauses and sizes by hand", () => {
  it(
    "make growth no slower than it would have been without them",
    async () => {
      const asked = fc.array(
        harmless.map(({ operations, seconds }) => ({ operations, seconds })),
        { minLength: 1, maxLength: 4 },
      );
      await fc.assert(
        fc.asyncProperty(asked, fc.constantFrom(200, 400, 800), async (all, burstPercent) => {
          const [withThem, without] = await Promise.all(
            [true, false].map(async (isAsked) => {
              const { world, pass, calmDown, stop } = createRandomWorld();
              await calmDown(60);
              for (const { operations, seconds } of all) {
                await pass({ ...quiet, demandPercent: 150, seconds, operations: isAsked ? operations : [] });
              }
              // All that was asked for has ended, and what it held back has come.
              await pass({ ...quiet, seconds: 1_000, demandPercent: 150 });
              const served: number[] = [];
              await pass({ ...quiet, seconds: 120, demandPercent: burstPercent }, () =>
                served.push(world.lb.backends.length),
              );
              await stop();
              return served;
            }),
          );
          // A tick apart: what is asked for wakes the loop, which moves its ticks.
          expect(withThem?.every((count, second) => count >= (without?.[second - 6] ?? 0))).toBe(true);
        }),
        few,
      );
    },
    timeoutMs,
  );
});

/** Addresses that Prometheus is told of under two names. */
function sharedAddresses({ written }: World): readonly string[] {
  const addresses = written.targets.map(({ privateIpv4 }) => privateIpv4);
  return addresses.filter((address, at) => addresses.indexOf(address) !== at);
}

function leftIn(sizes: readonly number[]): number {
  return sizes.reduce((left, size, at) => left + Math.max(0, (sizes[at - 1] ?? size) - size), 0);
}
