/** A stretch of time in which the arrival rate goes evenly from one value to another. */
export interface Stage {
  readonly label: string;
  readonly durationSeconds: number;
  readonly fromRps: number;
  readonly toRps: number;
}

export interface RequestShape {
  readonly method: string;
  readonly path: string;
  /** Sent as JSON; absent for a request without a body. */
  readonly body?: unknown;
}

/** When requests are sent. */
export interface LoadShape {
  readonly name: string;
  readonly stages: readonly Stage[];
}

export interface Scenario extends LoadShape {
  readonly request: RequestShape;
}

export interface ScenarioOptions {
  readonly peakRps: number;
  /** 1 is the original length. */
  readonly timeScale: number;
}

export function totalSeconds(stages: readonly Stage[]): number {
  return stages.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
}

export function peakRps(stages: readonly Stage[]): number {
  return Math.max(0, ...stages.flatMap(({ fromRps, toRps }) => [fromRps, toRps]));
}

export interface StagePosition {
  readonly index: number;
  readonly stage: Stage;
  readonly rps: number;
}

/** Where a scenario is after `seconds`; undefined before its start and after its end. */
export function stageAt(stages: readonly Stage[], seconds: number): StagePosition | undefined {
  let startSeconds = 0;
  for (const [index, stage] of stages.entries()) {
    const into = seconds - startSeconds;
    if (into >= 0 && into < stage.durationSeconds) {
      const share = into / stage.durationSeconds;
      return { index, stage, rps: stage.fromRps + share * (stage.toRps - stage.fromRps) };
    }
    startSeconds += stage.durationSeconds;
  }
  return undefined;
}
