import type { DecisionView } from "@autoscaler/contracts";
import type { PoolObservation } from "./pool-watch.ts";
import { quantile } from "./quantile.ts";
import { reactionsOf } from "./reactions.ts";
import type { Sample } from "./recorder.ts";
import type { LoadTestResult, Reaction, StageResult } from "./result.ts";
import { peakRps, type Scenario, type Stage } from "./scenario.ts";
import { secondsOf } from "./seconds.ts";
import { serverLives } from "./server-lives.ts";

export interface RunRecord {
  readonly url: string;
  readonly scenario: Scenario;
  /** The scenario's stages and those that were added, as they really lasted. */
  readonly stages: readonly Stage[];
  readonly startMs: number;
  readonly endMs: number;
  readonly interrupted: boolean;
  readonly samples: readonly Sample[];
  readonly observations: readonly PoolObservation[];
  readonly decisions: readonly DecisionView[];
  readonly facts?: Readonly<Record<string, string>>;
}

/** Everything a report shows, from what was recorded. */
export function summarise(run: RunRecord): LoadTestResult {
  const { startMs, samples, observations } = run;
  const durationSeconds = (run.endMs - startMs) / 1000;
  const decisions = run.decisions.filter(({ fromSize, toSize }) => fromSize !== toSize);
  const reactions = reactionsOf({ startMs, decisions, observations });
  const { method, path } = run.scenario.request;
  const lastPool = observations.at(-1)?.pool;
  return {
    schemaVersion: 1,
    startedAtMs: startMs,
    finishedAtMs: run.endMs,
    interrupted: run.interrupted,
    target: { url: run.url, method, path },
    scenario: { name: run.scenario.name, peakRps: peakRps(run.scenario.stages) },
    ...(lastPool === undefined ? {} : { policy: policyOf(lastPool) }),
    ...(run.facts === undefined ? {} : { facts: { ...run.facts } }),
    stages: stageResults(run.stages, samples),
    seconds: [...secondsOf({ samples, observations, startMs, durationSeconds })],
    servers: [...serverLives(observations, startMs)],
    decisions: decisions.map((decision) => ({ ...decision, atSecond: (decision.atMs - startMs) / 1000 })),
    reactions: [...reactions],
    summary: {
      durationSeconds,
      totalRequests: samples.length,
      failedRequests: samples.filter(({ failure }) => failure !== undefined).length,
      failureKinds: countBy(samples.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))),
      ...latencies(samples),
      ...sizes(observations),
      ...firstReaction(reactions),
    },
  };
}

function policyOf({ minSize, maxSize, targetPercent, tolerancePercent }: PoolObservation["pool"]) {
  return { minSize, maxSize, targetPercent, tolerancePercent };
}

function stageResults(stages: readonly Stage[], samples: readonly Sample[]): StageResult[] {
  let startSecond = 0;
  return stages.map(({ label, durationSeconds, fromRps, toRps }, index) => {
    const due = samples.filter(({ stageIndex }) => stageIndex === index);
    const { p50Ms, p95Ms, maxMs } = latencies(due);
    const endSecond = startSecond + durationSeconds;
    const result = {
      ...{ label, startSecond, endSecond, fromRps, toRps, requestCount: due.length },
      failedCount: due.filter(({ failure }) => failure !== undefined).length,
      ...(p50Ms === undefined || p95Ms === undefined || maxMs === undefined ? {} : { p50Ms, p95Ms, maxMs }),
    };
    startSecond = endSecond;
    return result;
  });
}

/** Of successes: a refused connection would otherwise make a failing service look fast. */
function latencies(samples: readonly Sample[]) {
  const values = samples.flatMap(({ failure, latencyMs }) => (failure === undefined ? [latencyMs] : []));
  const at = (share: number) => Math.round(quantile(values, share) ?? 0);
  if (values.length === 0) return {};
  return { p50Ms: at(0.5), p90Ms: at(0.9), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}

function sizes(observations: readonly PoolObservation[]) {
  const counts = observations.map(({ pool }) => pool.inServiceCount);
  const [startInService, endInService] = [counts[0], counts.at(-1)];
  if (startInService === undefined || endInService === undefined) return {};
  return { startInService, maxInService: Math.max(...counts), endInService };
}

function firstReaction(reactions: readonly Reaction[]) {
  const { breachToDecisionSeconds, decisionToInServiceSeconds } = reactions[0] ?? {};
  if (decisionToInServiceSeconds === undefined) return {};
  return { firstReactionSeconds: (breachToDecisionSeconds ?? 0) + decisionToInServiceSeconds };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
