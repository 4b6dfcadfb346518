import type { ScalerAccess } from "./scaler-client.ts";
import type { Scenario } from "./scenario.ts";

export interface LoadTestOptions {
  /** Base URL of the service; the scenario's path is appended. */
  readonly url: string;
  readonly scenario: Scenario;
  /** Absent: nothing is known about the pool, and there is no settling. */
  readonly scaler?: ScalerAccess;
  /** How long the last rate goes on, at most, until the pool is back at its minimum. */
  readonly settleSeconds: number;
  /** Where it ran, for the report: name and value. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Default 30 000. */
  readonly requestTimeoutMs?: number;
  /** Ends the run early; the result then holds what was done. */
  readonly signal?: AbortSignal;
}
