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
  /** Width of the policy's dead band, which the scaler's view does not hold. Default 15, as the policy's. */
  readonly tolerancePercent?: number;
  /** Where it ran, for the report: name and value. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Default 30 000. */
  readonly requestTimeoutMs?: number;
  /** Ends the run early; the result then holds what was done. */
  readonly signal?: AbortSignal;
}
