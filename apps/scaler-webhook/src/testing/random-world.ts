import fc from "fast-check";
import { createOperations } from "../loop/operations.ts";
import type { CloudPort } from "../loop/ports.ts";
import { callsPerMinute } from "./calls-per-minute.ts";
import { clonesOf } from "./check-world.ts";
import type { CloudSettings } from "./fake-cloud.ts";
import { createFakeWorld, testPool, type World, type WorldSettings } from "./fake-world.ts";
import { jump, start } from "./run-world.ts";

const cloudCalls = [
  "listVms",
  "getVm",
  "findVmByName",
  "startVm",
  "deleteVm",
  "automaticIpsOf",
  "releaseIp",
] as const satisfies readonly (keyof CloudPort)[];

/** What an operator may do, each for a while. */
const operation = fc.oneof(
  fc.record({ kind: fc.constant("protect" as const), forSeconds: fc.integer({ min: 10, max: 600 }) }),
  fc.record({
    kind: fc.constant("pause" as const),
    direction: fc.constantFrom("up" as const, "down" as const, "both" as const),
    forSeconds: fc.integer({ min: 10, max: 600 }),
  }),
  fc.record({
    kind: fc.constant("size" as const),
    size: fc.integer({ min: 1, max: 6 }),
    forSeconds: fc.integer({ min: 10, max: 600 }),
  }),
  fc.record({ kind: fc.constantFrom("step-up" as const, "step-down" as const) }),
);

type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;

interface Stretch {
  readonly demandPercent: number;
  readonly operations: readonly Operation[];
  readonly loads: WorldSettings["loads"];
  readonly fails: readonly (keyof CloudPort)[];
  readonly fates: CloudSettings["cloneFates"];
  readonly loadBalancer: WorldSettings["loadBalancer"];
  readonly listLagMs: number;
  readonly isStartInVain: boolean;
  readonly newStatus: CloudSettings["newStatus"];
  /** Clones to which that happens at the start of the stretch. */
  readonly stopped: number;
  readonly sick: number;
  readonly vanished: number;
  readonly isDiskFull: boolean;
  readonly jumpMs: number;
  readonly isRestarted: boolean;
  readonly seconds: number;
}

/** One stretch of time: what is asked of the pool, and what goes wrong in it. */
export const stretch: fc.Arbitrary<Stretch> = fc
  .record({
    demandPercent: fc.constantFrom(5, 110, 300, 600),
    operations: fc.array(operation, { maxLength: 2 }),
    loads: fc.constantFrom("read", "read", "read", "down", "empty", "not-a-number", "without-seed"),
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
    isRestarted: fc.constantFrom(false, false, true),
    seconds: fc.integer({ min: 10, max: 150 }),
  })
  // By how much a clock was set back while no process ran nobody can know: what is to end then stays as it is.
  .map((any) => {
    const jumpMs = any.isDiskFull ? 0 : any.jumpMs;
    return { ...any, jumpMs, isRestarted: any.isRestarted && jumpMs >= 0 };
  });

/** The same without a fault that takes servers away by itself. */
export const harmless = stretch.map((any) => ({ ...any, stopped: 0, sick: 0, vanished: 0, jumpMs: 0 }));

/** Nothing fails, and nobody asks for anything. */
export const quiet: Omit<Stretch, "seconds"> = {
  demandPercent: 1,
  operations: [],
  loads: "read",
  fails: [],
  fates: [],
  loadBalancer: "serves",
  listLagMs: 3_000,
  isStartInVain: false,
  newStatus: "running",
  stopped: 0,
  sick: 0,
  vanished: 0,
  isDiskFull: false,
  jumpMs: 0,
  isRestarted: false,
};

/** The production loop in a world where all of that can happen. `policy` is the pool's. */
export function createRandomWorld(policy: object = {}) {
  const world = createFakeWorld(testPool({ maxSize: 6, provision: { giveUpSeconds: 120 }, ...policy }));
  let failing: readonly string[] = [];
  let isDiskFull = false;
  const calls = callsPerMinute(world, (call) => failing.includes(call));
  Object.assign(world.ports, { journal: journalOn(() => isDiskFull, world) });
  let scaler = start(world);

  const pass = async ({ seconds, operations, ...now }: Stretch, eachSecond?: () => void): Promise<void> => {
    failing = now.fails;
    isDiskFull = now.isDiskFull;
    const { demandPercent, loads, loadBalancer, listLagMs, isStartInVain, newStatus } = now;
    Object.assign(world.settings, { demandPercent, loads, loadBalancer });
    Object.assign(world.cloud.settings, { listLagMs, isStartInVain, newStatus, cloneFates: [...now.fates] });
    harm(world, now);
    if (now.jumpMs !== 0) {
      jump(world, now.jumpMs);
      calls.beginMinute();
    }
    if (now.isRestarted) {
      await Promise.all([scaler.stop(), world.clock.advance(5_000)]);
      scaler = start(world);
    }
    for (const asked of isDiskFull ? [] : operations) operate(asked);
    if (eachSecond === undefined) return world.clock.advance(seconds * 1_000);
    for (let second = 0; second < seconds; second += 1) {
      await world.clock.advance(1_000);
      eachSecond();
    }
  };
  const operate = (asked: Operation) => {
    const by = createOperations(scaler, { tickIntervalMs: 5_000 });
    const forMs = "forSeconds" in asked ? asked.forSeconds * 1_000 : 0;
    if (asked.kind === "protect") for (const { name } of clonesOf(world)) by.protect(name, forMs);
    if (asked.kind === "pause") by.pause({ direction: asked.direction, reason: "test", forMs });
    if (asked.kind === "size") by.setSize({ size: asked.size, forMs });
    if (asked.kind === "step-up") by.stepUp();
    if (asked.kind === "step-down") by.stepDown();
  };

  return {
    world,
    calls,
    pass,
    calmDown: (seconds: number, eachSecond?: () => void) => pass({ ...quiet, seconds }, eachSecond),
    stop: () => Promise.all([scaler.stop(), world.clock.advance(5_000)]),
  };
}

function harm(world: World, { stopped, sick, vanished }: Omit<Stretch, "operations" | "seconds">): void {
  const clones = clonesOf(world);
  for (const { uuid } of clones.slice(0, stopped)) {
    const vm = world.cloud.vms.get(uuid);
    if (vm !== undefined) world.cloud.vms.set(uuid, { ...vm, status: "stopped" });
  }
  for (const { uuid } of clones.slice(0, sick)) world.settings.sick.add(uuid);
  // A machine that vanishes before its public address is listed leaves one that only `npm run audit` can find.
  const settled = world.journal
    .servers()
    .filter(({ publicIp, publicIps }) => publicIp === "settled" || publicIps.length > 0)
    .map(({ vmUuid }) => vmUuid);
  for (const { uuid } of clones.filter((vm) => settled.includes(vm.uuid)).slice(0, vanished))
    world.cloud.vms.delete(uuid);
}

/** The journal on a disk that may be full: what is remembered already is not written again, as in the real one. */
export function journalOn(isFull: () => boolean, { ports }: World) {
  const { memory } = ports.journal;
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
