import type { DecisionView, PoolView, ServerView } from "@autoscaler/contracts";
import { arrivals } from "../arrivals.ts";
import type { PoolObservation } from "../pool-watch.ts";
import type { Sample } from "../recorder.ts";
import { stageAt, totalSeconds } from "../scenario.ts";
import { articleRamp } from "../scenarios/article-ramp.ts";
import type { RunRecord } from "../summarise.ts";

export interface SimulationOptions {
  readonly peakRps: number;
  /** How many requests fail, evenly spread. */
  readonly failedCount: number;
  readonly startMs: number;
}

const SERVER_CAPACITY_RPS = 8;
const TARGET_PERCENT = 60;
const BOOT_SECONDS = 14;
const MAX_SIZE = 5;

/** A record as a run of the article's ramp leaves it, from a simple model of a pool; the same each time. */
export function simulatedRun({ peakRps, failedCount, startMs }: SimulationOptions): RunRecord {
  const request = { method: "GET", path: "/" };
  const scenario = { ...articleRamp({ peakRps, timeScale: 0.25 }), request };
  const rampSeconds = totalSeconds(scenario.stages);
  const durationSeconds = rampSeconds + 40;
  const settleRps = peakRps / 6;
  const stages = [
    ...scenario.stages,
    { label: "settling", durationSeconds: 40, fromRps: settleRps, toRps: settleRps },
  ];
  const pool = simulatePool(durationSeconds, startMs, (second) => stageAt(stages, second)?.rps ?? 0);
  const due = [...arrivals(stages)];
  const samples = due.map(({ atMs, stageIndex }, at): Sample => {
    const load = pool.observations[Math.floor(atMs / 1000)]?.pool.loadPercent ?? 30;
    const latencyMs = 118 + 9 * ((at * 7919) % 11) + Math.max(0, load - 70) ** 2 / 2;
    const fails = failedCount > 0 && at % Math.ceil(due.length / failedCount) === 7;
    return {
      dueMs: atMs,
      stageIndex,
      latencyMs,
      ...(fails ? { failure: at % 2 === 0 ? "status-503" : "timeout" } : {}),
    };
  });
  return {
    ...{
      url: "http://203.0.113.10",
      scenario,
      stages,
      startMs,
      endMs: startMs + 1000 * durationSeconds,
      samples,
    },
    ...{ interrupted: false, ...pool },
  };
}

interface Clone {
  readonly name: string;
  readonly createdAt: number;
  leftAt?: number;
}

function simulatePool(durationSeconds: number, startMs: number, rpsAt: (second: number) => number) {
  const observations: PoolObservation[] = [];
  const decisions: DecisionView[] = [];
  const clones: Clone[] = [];
  let lastShrink = 0;
  let load = 20;

  for (let second = 0; second < durationSeconds; second += 1) {
    const serving = clones.filter(
      ({ createdAt, leftAt }) => second >= createdAt + BOOT_SECONDS && leftAt === undefined,
    );
    const inServiceCount = 1 + serving.length;
    load += (Math.min(100, (100 * rpsAt(second)) / (SERVER_CAPACITY_RPS * inServiceCount)) - load) / 4;
    const size = 1 + clones.filter(({ leftAt }) => leftAt === undefined).length;
    const wanted = Math.min(MAX_SIZE, Math.ceil((inServiceCount * load) / TARGET_PERCENT));
    const decide = (toSize: number, reason: string, sentence: string) =>
      decisions.push({
        ...{
          id: decisions.length + 1,
          atMs: startMs + 1000 * second,
          pool: "calc",
          fromSize: size,
          toSize,
          reason,
        },
        ...{ loadPercent: load, sentence },
      });
    if (load > TARGET_PERCENT * 1.15 && wanted > size) {
      const text = `CPU was ${Math.round(load)} % on ${inServiceCount}, the target is ${TARGET_PERCENT} %: ${wanted} servers bring it back.`;
      decide(wanted, "load-above-target", text);
      for (let n = size; n < wanted; n += 1)
        clones.push({ name: `local-ab12cd-c-${(n * 7901 + second).toString(36)}`, createdAt: second });
    } else if (load < TARGET_PERCENT * 0.85 && wanted < size && second - lastShrink > 25 && second > 60) {
      const text = `CPU was ${Math.round(load)} % on ${inServiceCount}, one server fewer is enough.`;
      decide(size - 1, "load-below-target", text);
      const last = clones.findLast(({ leftAt }) => leftAt === undefined);
      if (last !== undefined) last.leftAt = second;
      lastShrink = second;
    }
    const desiredSize = 1 + clones.filter(({ leftAt }) => leftAt === undefined).length;
    const view: PoolView = {
      ...{ pool: "calc", minSize: 1, maxSize: MAX_SIZE, desiredSize, inServiceCount, loadPercent: load },
      targetPercent: TARGET_PERCENT,
      tolerancePercent: 15,
    };
    observations.push({
      atMs: startMs + 1000 * second,
      pool: view,
      servers: servers(second, startMs, clones),
    });
  }
  return { observations, decisions };
}

function servers(second: number, startMs: number, clones: readonly Clone[]): readonly ServerView[] {
  const seed: ServerView = {
    name: "local-ab12cd-seed",
    role: "seed",
    phase: "serving",
    phaseSinceMs: startMs,
    warm: true,
  };
  return [
    seed,
    ...clones.flatMap((clone): ServerView[] => {
      const phase = phaseOf(
        second - clone.createdAt,
        clone.leftAt === undefined ? undefined : second - clone.leftAt,
      );
      const warm = second - clone.createdAt > BOOT_SECONDS + 10;
      return phase === undefined
        ? []
        : [{ name: clone.name, role: "clone", phase, phaseSinceMs: startMs, warm }];
    }),
  ];
}

function phaseOf(age: number, leaving: number | undefined): ServerView["phase"] | undefined {
  if (age < 0 || (leaving !== undefined && leaving > 9)) return undefined;
  if (leaving !== undefined) return leaving < 5 ? "draining" : "deleting";
  if (age < 5) return "creating";
  if (age < 11) return "booting";
  return age < BOOT_SECONDS ? "probing" : "serving";
}
