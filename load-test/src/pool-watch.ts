import type { DecisionView, PoolView, ServerView } from "@autoscaler/contracts";
import type { Clock } from "@autoscaler/service-kit";
import type { ScalerClient } from "./scaler-client.ts";

/** What the scaler said at one moment. */
export interface PoolObservation {
  readonly atMs: number;
  readonly pool: PoolView;
  readonly servers: readonly ServerView[];
}

export interface PoolWatch {
  /** Looks once. An unreachable scaler is no failure: there is one observation less. */
  look(): Promise<void>;
  observations(): readonly PoolObservation[];
  /** Decided since the first look, oldest first. */
  decisions(): readonly DecisionView[];
  /** The last look failed, for this reason. */
  problem(): string | undefined;
  /** Back at the minimum with nothing under way, on the last two looks. */
  isAtRest(): boolean;
}

export function createPoolWatch(client: ScalerClient, clock: Clock): PoolWatch {
  const observations: PoolObservation[] = [];
  const decisions: DecisionView[] = [];
  let lastDecisionId: number | undefined;
  let problem: string | undefined;

  const readDecisions = async (pool: string) => {
    const news = await client.decisionsAfter(pool, lastDecisionId ?? 0);
    const sorted = news.filter(({ id }) => id > (lastDecisionId ?? 0)).sort((a, b) => a.id - b.id);
    // What was decided before the first look is no part of this run.
    if (lastDecisionId !== undefined) decisions.push(...sorted);
    lastDecisionId = sorted.at(-1)?.id ?? lastDecisionId ?? 0;
  };

  return {
    async look() {
      try {
        const pool = await client.pool();
        const [servers] = await Promise.all([client.servers(pool.pool), readDecisions(pool.pool)]);
        problem = undefined;
        observations.push({ atMs: clock.nowMs(), pool, servers });
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    },
    observations: () => observations,
    decisions: () => decisions,
    problem: () => problem,
    isAtRest: () => observations.length >= 2 && observations.slice(-2).every(isResting),
  };
}

function isResting({ pool, servers }: PoolObservation): boolean {
  return (
    pool.inServiceCount === pool.minSize &&
    pool.desiredSize === pool.minSize &&
    servers.every(({ phase }) => phase === "serving" || phase === "gone")
  );
}
