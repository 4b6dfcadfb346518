import { growAbove, shrinkBelow } from "./band.ts";

/** The speed limit of one direction; with both limits given the more generous one counts, as in the HPA. */
export interface ScalingRate {
  /** How long a recommendation must have held before it is followed. */
  readonly stabilizationSeconds: number;
  readonly maxServers?: number;
  readonly maxPercent?: number;
  readonly periodSeconds: number;
}

/** The only place where a threshold of a pool stands. Sizes count the seed. */
export interface ScalingPolicy {
  readonly minSize: number;
  readonly maxSize: number;
  /** CPU, 0..100, at which the pool should run. */
  readonly targetPercent: number;
  /** Half-width of the dead band, in percent of the target. */
  readonly tolerancePercent: number;
  readonly scaleUp: ScalingRate;
  readonly scaleDown: ScalingRate;
  /** A new server is left out of the load average this long. */
  readonly warmUpSeconds: number;
  readonly provision: {
    readonly giveUpSeconds: number;
    readonly probesInARow: number;
    readonly probePath: string;
    readonly probeIntervalSeconds: number;
  };
  readonly drain: { readonly minimumSeconds: number; readonly deadlineSeconds: number };
  /** Targets of signals beside CPU. The largest answer wins; shrinking needs all of them to agree. */
  readonly signals: {
    readonly memoryPercent?: number;
    /** Per server. */
    readonly requestsPerSecond?: number;
    readonly latencyP95Ms?: number;
  };
  readonly schedules: readonly Schedule[];
  /** When a server in service counts as dead and is replaced. */
  readonly repair: { readonly failedProbesInARow: number; readonly graceSeconds: number };
  /** Clones sent for within 24 h, replacements included. */
  readonly createsPerDay: number;
  /** Decides and explains, but neither adds nor removes a server. */
  readonly dryRun: boolean;
}

/** A floor or ceiling of the size by the clock. Whoever runs the rules reads the cron expression. */
export interface Schedule {
  readonly name: string;
  /** When the window opens: five fields, minute first. */
  readonly cron: string;
  /** IANA name, for example Asia/Jakarta. */
  readonly timeZone: string;
  readonly durationMinutes: number;
  readonly minSize?: number;
  readonly maxSize?: number;
}

/** Windows and rates as Kubernetes' HPA has them, slower to shrink (its `pkg/apis/autoscaling/v2/defaults.go`). */
export const defaultPolicy: ScalingPolicy = {
  minSize: 1,
  maxSize: 5,
  targetPercent: 60,
  tolerancePercent: 15,
  scaleUp: { stabilizationSeconds: 0, maxPercent: 100, periodSeconds: 60 },
  scaleDown: { stabilizationSeconds: 300, maxServers: 1, periodSeconds: 60 },
  warmUpSeconds: 60,
  provision: { giveUpSeconds: 600, probesInARow: 3, probePath: "/healthz", probeIntervalSeconds: 1 },
  drain: { minimumSeconds: 3, deadlineSeconds: 60 },
  signals: {},
  schedules: [],
  repair: { failedProbesInARow: 3, graceSeconds: 30 },
  createsPerDay: 100,
  dryRun: false,
};

/** The pool grows when its load is above this. */
export function growAbovePercent(policy: Pick<ScalingPolicy, "targetPercent" | "tolerancePercent">): number {
  return growAbove(policy.targetPercent, policy.tolerancePercent);
}

/** The pool may shrink when its load is below this. */
export function shrinkBelowPercent(
  policy: Pick<ScalingPolicy, "targetPercent" | "tolerancePercent">,
): number {
  return shrinkBelow(policy.targetPercent, policy.tolerancePercent);
}
