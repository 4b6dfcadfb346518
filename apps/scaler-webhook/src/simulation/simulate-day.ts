import { createFakeClock } from "@autoscaler/service-kit";
import { createScaler } from "../loop/scaler.ts";
import { momentaryViolations, restingViolations } from "../testing/check-world.ts";
import { createFakeWorld, testPool } from "../testing/fake-world.ts";
import { momentOfDay } from "./scenario.ts";

const MIDNIGHT_MS = Date.UTC(2026, 10, 25);
const DAY_MS = 24 * 3_600_000;
const STEP_MS = 5_000;

export interface Hour {
  readonly hour: number;
  readonly demandPercent: number;
  readonly smallest: number;
  readonly largest: number;
  /** Seconds in which the servers in the load balancer were asked for more than 90 % of their CPU. */
  readonly overloadedSeconds: number;
}

export interface Day {
  readonly hours: readonly Hour[];
  /** Each change of the wanted size: time of day and the sentence that explains it. */
  readonly changes: readonly string[];
  readonly cloneRequestCount: number;
  readonly deletionCount: number;
  readonly serverHours: number;
  readonly violations: readonly string[];
}

/** A day on the production rules and loop: default policy but for the size, a fake clock, no chance. */
export async function simulateDay(): Promise<Day> {
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const clock = createFakeClock(MIDNIGHT_MS, { settle });
  const config = testPool({ maxSize: 8, scaleDown: {}, warmUpSeconds: 60 });
  const world = createFakeWorld(config, clock);
  world.cloud.settings.cloneMs = 33_000;
  const scaler = createScaler({ config, ports: world.ports, tickIntervalMs: STEP_MS });
  void scaler.run();

  const random = createRandom(7);
  const violations = new Set<string>();
  const hours: Hour[] = [];
  let sums = noSums();
  let serverMs = 0;
  for (let atMs = 0; atMs < DAY_MS; atMs += STEP_MS) {
    const moment = momentOfDay(atMs, random());
    world.settings.demandPercent = moment.demandPercent;
    world.settings.loads = moment.isPrometheusDown ? "down" : "read";
    world.cloud.settings.isFull = moment.isCloudFull;
    await clock.advance(STEP_MS);

    for (const violation of momentaryViolations(world)) violations.add(violation);
    const size = world.lb.backends.length;
    serverMs += STEP_MS * (1 + world.cloud.vms.size - KEPT_VMS);
    sums = addTo(sums, size, moment.demandPercent);
    if ((atMs + STEP_MS) % 3_600_000 !== 0) continue;
    hours.push({ hour: hours.length, ...toHour(sums) });
    sums = noSums();
  }
  // What is under way at midnight is let finish, at a load that asks for no change.
  await clock.advance(600_000);
  for (const violation of restingViolations(world)) violations.add(violation);
  const stored = world.journal.decisions({ limit: 10_000 });
  await Promise.all([scaler.stop(), clock.advance(STEP_MS)]);

  return {
    hours,
    changes: stored
      .filter(({ decision }) => decision.fromSize !== decision.toSize)
      .map(({ atMs, decision }) => `${timeOfDay(atMs)} ${decision.sentence}`)
      .reverse(),
    cloneRequestCount: world.cloud.cloneRequests.length,
    deletionCount: world.cloud.deletedUuids.length,
    serverHours: Math.round(serverMs / 36_000) / 100,
    violations: [...violations],
  };
}

/** The day as text, for the golden file. */
export function describeDay(day: Day): string {
  const rows = day.hours.map(
    ({ hour, demandPercent, smallest, largest, overloadedSeconds }) =>
      `${String(hour).padStart(2, "0")}:00  demand ${String(demandPercent).padStart(3)} %  servers ${smallest}-${largest}  overloaded ${overloadedSeconds} s`,
  );
  return [
    ...rows,
    "",
    `server hours ${day.serverHours}, clones asked for ${day.cloneRequestCount}, machines deleted ${day.deletionCount}, broken invariants ${day.violations.length}`,
    "",
    ...day.changes,
    "",
  ].join("\n");
}

/** Machines of the world that are no clones. */
const KEPT_VMS = 4;

const noSums = () => ({ count: 0, demand: 0, smallest: Number.POSITIVE_INFINITY, largest: 0, overloaded: 0 });

function addTo(sums: ReturnType<typeof noSums>, size: number, demandPercent: number) {
  return {
    count: sums.count + 1,
    demand: sums.demand + demandPercent,
    smallest: Math.min(sums.smallest, size),
    largest: Math.max(sums.largest, size),
    overloaded: sums.overloaded + (demandPercent > size * 90 ? 1 : 0),
  };
}

function toHour({
  count,
  demand,
  smallest,
  largest,
  overloaded,
}: ReturnType<typeof noSums>): Omit<Hour, "hour"> {
  const overloadedSeconds = (overloaded * STEP_MS) / 1000;
  return { demandPercent: Math.round(demand / count), smallest, largest, overloadedSeconds };
}

/** Park and Miller's generator: the same numbers everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function timeOfDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
