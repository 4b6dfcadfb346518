import { runs } from "@autoscaler/scaling-core/testing/runs.ts";
import fc from "fast-check";
import { callsPerMinute } from "../testing/calls-per-minute.ts";
import { clonesOf } from "../testing/check-world.ts";
import { createFakeWorld, testPool, type World } from "../testing/fake-world.ts";
import { start } from "../testing/run-world.ts";
import type { CloudPort } from "./ports.ts";

/**
 * The most expensive step that may repeat is a deletion: it reads the machine and its addresses, deletes, and
 * reads the addresses again, at most every 5 s (12 times 4 calls). Looking for a public address adds one call
 * every 5 s.
 */
const MOST_CALLS_A_MINUTE = 60;
/** One list a second. */
const MOST_LISTS_A_MINUTE = 61;

interface Harm {
  readonly stopped: number;
  readonly sick: number;
  readonly vanished: number;
}

function harm(world: World, { stopped, sick, vanished }: Harm): void {
  const clones = clonesOf(world);
  for (const { uuid } of clones.slice(0, stopped)) {
    const vm = world.cloud.vms.get(uuid);
    if (vm !== undefined) world.cloud.vms.set(uuid, { ...vm, status: "stopped" });
  }
  for (const { uuid } of clones.slice(0, sick)) world.settings.sick.add(uuid);
  for (const { uuid } of clones.slice(0, vanished)) world.cloud.vms.delete(uuid);
}

const cloudCalls = [
  "listVms",
  "getVm",
  "findVmByName",
  "startVm",
  "deleteVm",
  "automaticIpsOf",
  "releaseIp",
] as const satisfies readonly (keyof CloudPort)[];

const fault = fc.record({
  demandPercent: fc.constantFrom(5, 110, 300),
  fails: fc.subarray([...cloudCalls]),
  fates: fc.array(fc.constantFrom("busy", "refused", "lost-before", "lost-after", "late", "doubled"), {
    maxLength: 3,
  }),
  loadBalancer: fc.constantFrom("serves", "serves", "refuses", "answer-lost", "silent"),
  listLagMs: fc.constantFrom(0, 3_000, 120_000),
  isStartInVain: fc.boolean(),
  newStatus: fc.constantFrom("running", "stopped"),
  stopped: fc.integer({ min: 0, max: 3 }),
  sick: fc.integer({ min: 0, max: 3 }),
  vanished: fc.integer({ min: 0, max: 2 }),
  isDiskFull: fc.constantFrom(false, false, false, true),
  jumpMs: fc.constantFrom(0, 0, 0, 3_600_000, -3_600_000),
  seconds: fc.integer({ min: 10, max: 150 }),
} as const);

describe("a full disk", () => {
  it("hurries no step, although none can write down when the next one is due", async () => {
    const world = createFakeWorld();
    let isDiskFull = false;
    const calls = callsPerMinute(world);
    Object.assign(world.ports, { journal: journalOn(() => isDiskFull, world) });
    Object.assign(world.cloud.settings, { newStatus: "stopped", isStartInVain: true });
    start(world);
    world.settings.demandPercent = 110;
    await world.clock.advance(60_000);

    isDiskFull = true;
    await world.clock.advance(60_000);

    expect(calls.mostOfAServer()).toBeGreaterThan(10);
    expect(calls.mostOfAServer()).toBeLessThanOrEqual(MOST_CALLS_A_MINUTE);
  });
});

describe("any fault", () => {
  it("leaves the loop at its pace, and breaks no invariant", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 4 }), async (faults) => {
        const world = createFakeWorld(testPool({ provision: { giveUpSeconds: 120 } }));
        let failing: readonly string[] = [];
        let isDiskFull = false;
        const calls = callsPerMinute(world, (call) => failing.includes(call));
        Object.assign(world.ports, { journal: journalOn(() => isDiskFull, world) });
        const scaler = start(world);
        for (const { demandPercent, fails, fates, loadBalancer, ...rest } of faults) {
          const { listLagMs, isStartInVain, newStatus } = rest;
          failing = fails;
          isDiskFull = rest.isDiskFull;
          Object.assign(world.settings, { demandPercent, loadBalancer });
          Object.assign(world.cloud.settings, {
            listLagMs,
            isStartInVain,
            newStatus,
            cloneFates: [...fates],
          });
          harm(world, rest);
          world.clock.jump(rest.jumpMs);
          if (rest.jumpMs !== 0) calls.beginMinute();
          await world.clock.advance(rest.seconds * 1_000);
        }
        await Promise.all([scaler.stop(), world.clock.advance(5_000)]);

        expect(calls.mostOfAServer()).toBeLessThanOrEqual(MOST_CALLS_A_MINUTE);
        expect(calls.mostLists()).toBeLessThanOrEqual(MOST_LISTS_A_MINUTE);
        // Machines that the cloud made unasked, or after they were given up, count until they are removed.
        const isUnasked = faults.some(({ fates }) => fates.includes("doubled") || fates.includes("late"));
        expect(world.seenViolations.filter(({ invariant }) => invariant !== 2 || !isUnasked)).toEqual([]);
      }),
      { numRuns: Math.ceil(runs.numRuns / 10) },
    );
  }, 120_000);
});

function journalOn(isFull: () => boolean, { ports }: World) {
  const { memory } = ports.journal;
  // As the real journal: what is remembered already is not written again.
  const isWrite = (method: string, [change]: readonly unknown[]) =>
    method === "remember"
      ? JSON.stringify({ ...memory(), ...Object(change) }) !== JSON.stringify(memory())
      : /^(save|add|generationFor|raise|outrun)/.test(method);
  return new Proxy(ports.journal, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (isFull() && isWrite(String(key), args)) throw new Error("database or disk is full");
        return Reflect.apply(value, target, args);
      };
    },
  });
}
