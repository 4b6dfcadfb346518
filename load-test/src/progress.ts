import type { DecisionView, PoolView } from "@autoscaler/contracts";
import type { LoadTestOptions } from "./options.ts";
import type { PoolWatch } from "./pool-watch.ts";
import type { LiveFigures, Recorder } from "./recorder.ts";
import { stageAt, totalSeconds } from "./scenario.ts";

/** One moment of a run, for a terminal or any other display. */
export interface Progress extends LiveFigures {
  readonly phase: "ramp" | "settling" | "done";
  readonly url: string;
  readonly scenarioName: string;
  readonly elapsedSeconds: number;
  /** Length of the ramp; settling comes on top. */
  readonly rampSeconds: number;
  /** Longest time for settling. */
  readonly settleSeconds: number;
  /** Present during the ramp. */
  readonly stage?: {
    readonly index: number;
    readonly count: number;
    readonly label: string;
    readonly targetRps: number;
  };
  readonly pool?: PoolView;
  readonly loadHistoryPercent: readonly number[];
  readonly lastDecision?: DecisionView & { readonly atSecond: number };
  /** Why the pool is not seen at the moment. */
  readonly scalerProblem?: string;
}

export interface ProgressInput {
  readonly phase: Progress["phase"];
  readonly startMs: number;
  readonly nowMs: number;
  readonly options: LoadTestOptions;
  readonly recorder: Recorder;
  readonly watch: PoolWatch | undefined;
}

const HISTORY_LENGTH = 24;

export function progressOf({ phase, startMs, nowMs, options, recorder, watch }: ProgressInput): Progress {
  const elapsedMs = nowMs - startMs;
  const { scenario, url, settleSeconds } = options;
  const position = phase === "ramp" ? stageAt(scenario.stages, elapsedMs / 1000) : undefined;
  const observations = watch?.observations() ?? [];
  const last = observations.at(-1);
  const decision = watch?.decisions().findLast(({ fromSize, toSize }) => fromSize !== toSize);
  const problem = watch?.problem();
  return {
    ...recorder.live(elapsedMs),
    ...{ phase, url, scenarioName: scenario.name, elapsedSeconds: elapsedMs / 1000, settleSeconds },
    rampSeconds: totalSeconds(scenario.stages),
    ...(position && {
      stage: {
        index: position.index,
        count: scenario.stages.length,
        label: position.stage.label,
        targetRps: position.rps,
      },
    }),
    ...(last === undefined ? {} : { pool: last.pool }),
    loadHistoryPercent: observations.slice(-HISTORY_LENGTH).flatMap(({ pool }) => pool.loadPercent ?? []),
    ...(decision && { lastDecision: { ...decision, atSecond: (decision.atMs - startMs) / 1000 } }),
    ...(problem === undefined ? {} : { scalerProblem: problem }),
  };
}
