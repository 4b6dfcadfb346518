import { type CrashPoint, crashingPorts } from "@autoscaler/scaler-webhook/testing/crash.ts";
import type { ServerPhase } from "@autoscaler/scaling-core";
import { createLocalCloudWorld, type LocalCloudWorld, restingProblems } from "./local-cloud-world.ts";

/** The phases of a life in which calls of the cloud are made; a fault is armed when the clone enters one. */
export const phasesOfLife = ["creating", "booting", "probing", "serving", "draining", "deleting"] as const;
export type PhaseOfLife = (typeof phasesOfLife)[number];

export interface Life {
  /** Calls of the cloud by the phase they were made in. */
  readonly calls: ReadonlyMap<PhaseOfLife, ReadonlySet<string>>;
  /** What the first scaler did to the world and its journal, in order. */
  readonly effects: readonly string[];
  readonly struckCount: number;
  readonly problems: readonly string[];
}

export interface FaultOrder {
  readonly kind: string;
  readonly operation?: string;
}

export interface LifeOptions {
  /** What goes wrong from the start on, so that rare calls are made at all. */
  readonly background?: readonly object[];
  /** Where the first scaler is killed; another one starts within a second. */
  readonly crash?: CrashPoint;
  readonly fault?: { readonly phase: PhaseOfLife; readonly order: FaultOrder };
}

const STEP_MS = 1_000;
const LONGEST_RISE_MS = 420_000;
const LONGEST_FALL_MS = 420_000;

/** One clone is asked for, serves, is no longer needed, and leaves; then everything is compared. */
export async function liveOneLife({ background = [], crash, fault }: LifeOptions = {}): Promise<Life> {
  const world = await createLocalCloudWorld();
  const first = crashingPorts(world.ports, crash);
  let isRestarted = false;
  const phaseAt: { readonly fromMs: number; readonly phase: PhaseOfLife }[] = [];
  let isArmed = false;
  let struckCount = 0;
  const problems: string[] = [];

  const step = async (phase: PhaseOfLife | undefined) => {
    if (fault !== undefined && !isArmed && phase === fault.phase) {
      isArmed = true;
      await world.addFault(fault.order);
    }
    if (phase !== undefined) phaseAt.push({ fromMs: world.clock.nowMs(), phase });
    await world.clock.advance(STEP_MS);
    if (first.isCrashed() && !isRestarted) {
      isRestarted = true;
      world.start();
    }
    if (isArmed) struckCount = Math.max(struckCount, await world.strikesOf(fault?.order.kind ?? ""));
    problems.push(...momentaryProblems(world));
  };

  try {
    for (const order of background) await world.addFault(order);
    world.start(first.ports);
    await world.clock.advance(6_000);
    world.settings.demandPercent = 110;
    const riseEndMs = world.clock.nowMs() + LONGEST_RISE_MS;
    let servedMs = 0;
    while (servedMs < 15_000 && world.clock.nowMs() < riseEndMs) {
      const phase = phaseOf(world);
      await step(phase ?? "creating");
      servedMs = phaseOf(world) === "serving" ? servedMs + STEP_MS : 0;
    }
    world.settings.demandPercent = 10;
    const fallEndMs = world.clock.nowMs() + LONGEST_FALL_MS;
    while (liveCount(world) > 0 && world.clock.nowMs() < fallEndMs) await step(phaseOf(world));
    await world.clock.advance(30_000);
    if (liveCount(world) > 0) problems.push(`the clone is still ${phaseOf(world)}`);
    const calls = new Map<PhaseOfLife, Set<string>>();
    for (const { operation, atMs } of await world.calls()) {
      const phase = phaseAt.findLast(({ fromMs }) => fromMs <= atMs)?.phase;
      if (phase !== undefined) calls.set(phase, new Set([...(calls.get(phase) ?? []), operation]));
    }
    problems.push(...(await restingProblems(world)));
    return { calls, effects: first.effects, struckCount, problems: [...new Set(problems)] };
  } finally {
    await world.close();
  }
}

function phaseOf(world: LocalCloudWorld): PhaseOfLife | undefined {
  const alias: Partial<Record<ServerPhase, PhaseOfLife>> = { planned: "creating", failed: "deleting" };
  const record = world.journal.servers().findLast(({ phase }) => phase !== "gone");
  if (record === undefined || record.phase === "gone") return undefined;
  return alias[record.phase] ?? phasesOfLife.find((phase) => phase === record.phase);
}

function liveCount({ journal }: LocalCloudWorld): number {
  return journal.servers().filter(({ phase }) => phase !== "gone").length;
}

function momentaryProblems({ lb, config, machines, settings, urlOf }: LocalCloudWorld): readonly string[] {
  const seedUrl = urlOf(config.seed.privateIpv4);
  return [
    ...(lb.backends.includes(seedUrl) ? [] : ["3: the seed is not served"]),
    ...(lb.backends.length <= config.policy.maxSize ? [] : ["2: too many backends"]),
    ...lb.backends
      .filter((url) => ![...machines.idAt.keys()].some((address) => urlOf(address) === url))
      .map((url) => `4: ${url} never existed`),
    ...(settings.sick.size > 0 ? ["the world of the matrix has no sick servers"] : []),
  ];
}
