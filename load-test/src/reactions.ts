import type { DecisionView } from "@autoscaler/contracts";
import type { PoolObservation } from "./pool-watch.ts";
import type { Reaction } from "./result.ts";

export interface ReactionInput {
  readonly startMs: number;
  readonly decisions: readonly DecisionView[];
  readonly observations: readonly PoolObservation[];
}

/** How long each growth took, as far as the scaler's own words (one look a second) tell. */
export function reactionsOf({ startMs, decisions, observations }: ReactionInput): readonly Reaction[] {
  return decisions
    .filter(({ fromSize, toSize }) => toSize > fromSize)
    .map((decision) => {
      const breachMs = breachBefore(decision.atMs, observations);
      const served = observations.find(
        ({ atMs, pool }) => atMs >= decision.atMs && pool.inServiceCount >= decision.toSize,
      );
      return {
        decisionId: decision.id,
        fromSize: decision.fromSize,
        toSize: decision.toSize,
        decidedAtSecond: seconds(decision.atMs - startMs),
        ...(breachMs === undefined ? {} : { breachToDecisionSeconds: seconds(decision.atMs - breachMs) }),
        ...(served === undefined ? {} : { decisionToInServiceSeconds: seconds(served.atMs - decision.atMs) }),
      };
    });
}

/** Begin of the unbroken row of observations above the band that ends just before the decision. */
function breachBefore(decisionMs: number, observations: readonly PoolObservation[]): number | undefined {
  let breachMs: number | undefined;
  for (const { atMs, pool } of observations
    .filter((observation) => observation.atMs <= decisionMs)
    .toReversed()) {
    const limit = pool.targetPercent * (1 + pool.tolerancePercent / 100);
    if (pool.loadPercent === undefined || pool.loadPercent <= limit) break;
    breachMs = atMs;
  }
  return breachMs;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
