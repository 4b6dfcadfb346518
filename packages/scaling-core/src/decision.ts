import type { PoolLoad } from "./load.ts";
import type { ScalingPolicy } from "./policy.ts";
import type { SizeChange, Watch } from "./watch.ts";

export interface DecisionInput {
  readonly nowMs: number;
  readonly policy: ScalingPolicy;
  /** The size wanted so far, the seed counted. */
  readonly desiredSize: number;
  readonly load: PoolLoad;
  /** Clones that were sent for but are not warm yet: they carry little of the load that is measured. */
  readonly notYetWarmCount: number;
  /** Whether the load balancer is proven to serve what it was last told. */
  readonly isLoadBalancerSettled: boolean;
  readonly watch: Watch;
  /** Past changes of the size; older ones than the longest period may be left out. */
  readonly changes: readonly SizeChange[];
  readonly paused: { readonly up: boolean; readonly down: boolean };
  /** An operator's request: the pool is at least this big while it holds. */
  readonly manualFloor?: number;
  /** An operator asked for one server less. */
  readonly manualStepDown?: boolean;
}

export type DecisionReason =
  | "below-minimum"
  | "above-maximum"
  | "load-unknown"
  | "within-band"
  | "load-above-band"
  | "load-below-band"
  | "manual";

export interface Decision {
  readonly fromSize: number;
  readonly toSize: number;
  readonly reason: DecisionReason;
  /** What the load alone asked for; goes into the watch. */
  readonly recommendedSize: number;
  readonly loadPercent?: number;
  /** In the order in which they were applied, only those that changed something. */
  readonly clamps: readonly Clamp[];
  readonly sentence: string;
  readonly input: DecisionInput;
}

export type ClampName =
  | "stabilization-up"
  | "rate-up"
  | "max-size"
  | "paused-up"
  | "load-unknown"
  | "scale-out-in-progress"
  | "load-balancer-behind"
  | "stabilization-down"
  | "rate-down"
  | "present-load"
  | "manual-floor"
  | "min-size"
  | "paused-down";

export interface Clamp {
  readonly name: ClampName;
  readonly from: number;
  readonly to: number;
}
