import type { PoolLoad } from "./load.ts";
import type { ScalingPolicy } from "./policy.ts";
import type { OpenWindow } from "./schedule.ts";
import type { Signal, SignalAnswer } from "./signals.ts";
import type { SizeChange, Watch } from "./watch.ts";

export interface DecisionInput {
  readonly nowMs: number;
  /** With the limits of the open windows in it. */
  readonly policy: ScalingPolicy;
  /** The schedules that set those limits. */
  readonly windows?: readonly OpenWindow[];
  /** The size wanted so far, the seed counted. */
  readonly desiredSize: number;
  /** Servers that carry load now, the seed counted; more than wanted while some have not left yet. */
  readonly carryingCount?: number;
  readonly mayNotLeave?: MayNotLeave;
  /** When servers went out of service; older moments than the longest period may be left out. */
  readonly leftAtMs?: readonly number[];
  readonly load: PoolLoad;
  /** Signals beside CPU. */
  readonly signals?: readonly Signal[];
  /** An authenticated alert says that the load is high; heeded only while there is no reading at all. */
  readonly isUpAlertFresh?: boolean;
  /** Clones that were sent for but are not warm yet: they carry little of the load that is measured. */
  readonly notYetWarmCount: number;
  /** Clones that are wanted but not sent for, as while the cloud refuses: blind growth waits for them too. */
  readonly plannedCount?: number;
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
  /** An operator's exact size while it holds. It shrinks no faster than the rate and the load allow. */
  readonly manualSize?: number;
  /** Clones that may still be sent for today. */
  readonly createsLeft?: number;
}

/** Clones that count to the size and cannot leave in this tick. */
export interface MayNotLeave {
  /** By an operator's word, or because they are not the pool's own. */
  readonly protectedCount: number;
  /** There is no machine yet that could be removed; once there is, it is the first to go. */
  readonly creatingCount: number;
}

export type DecisionReason =
  | "below-minimum"
  | "above-maximum"
  | "load-unknown"
  | "within-band"
  | "load-above-band"
  | "load-below-band"
  | "alert-while-blind"
  | "manual";

export interface Decision {
  readonly fromSize: number;
  readonly toSize: number;
  readonly reason: DecisionReason;
  /** What the load alone asked for; goes into the watch. */
  readonly recommendedSize: number;
  readonly loadPercent?: number;
  /** What each signal alone asked for; CPU first. */
  readonly answers: readonly SignalAnswer[];
  /** In the order in which they were applied, only those that changed something. */
  readonly clamps: readonly Clamp[];
  readonly sentence: string;
  readonly sentenceIndonesian: string;
  readonly input: DecisionInput;
}

export type ClampName =
  | "stabilization-up"
  | "rate-up"
  | "max-size"
  | "create-budget"
  | "paused-up"
  | "load-unknown"
  | "scale-out-in-progress"
  | "load-balancer-behind"
  | "stabilization-down"
  | "rate-down"
  | "present-load"
  | "manual-floor"
  | "may-not-leave"
  | "min-size"
  | "paused-down"
  | "dry-run";

export interface Clamp {
  readonly name: ClampName;
  readonly from: number;
  readonly to: number;
}
