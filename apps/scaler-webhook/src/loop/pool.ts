import {
  type Decision,
  isStaying,
  type LifecycleLimits,
  lifecycleLimits,
  type Ownership,
  type Server,
  type Watch,
} from "@autoscaler/scaling-core";
import type { PoolConfig } from "../config.ts";
import { type CloneStore, createCloneStore } from "./clone-store.ts";
import { createLanes, type Lanes } from "./lanes.ts";
import type { Backend, LoadBalancerStatus, Ports } from "./ports.ts";
import { createRepeatedFailures, type RepeatedFailures } from "./repeated-failures.ts";

/** One pool while this process runs it. What must outlive the process is in the journal, not here. */
export interface Pool {
  readonly config: PoolConfig;
  readonly limits: LifecycleLimits;
  readonly ownership: Ownership;
  readonly seedUrl: string;
  readonly ports: Ports;
  readonly clones: CloneStore;
  readonly lanes: Lanes;
  readonly failures: RepeatedFailures;
  /** Aborted when the process stops. */
  readonly stopping: AbortSignal;
  readonly state: PoolState;
}

export interface PoolState {
  /** False until cloud, journal and load balancer were brought together once; nothing is decided before. */
  isReconciled: boolean;
  watch: Watch | undefined;
  /** First tick that saw a load for more servers than are wanted, while it still does. */
  breachAtMs: number | undefined;
  /** When an authenticated alert last said that the load is high. */
  upAlertAtMs: number | undefined;
  seedFailedProbeCount: number;
  /** When the last tick began, whatever became of it, and when the last whole one ended. */
  lastStartAtMs: number | undefined;
  lastTickAtMs: number | undefined;
  lastDecision: Decision | undefined;
  lastDecisionId: number | undefined;
  /** CPU of each server as last read, by name. */
  loadPercentByServer: ReadonlyMap<string, number>;
  lastStatus: { readonly status: LoadBalancerStatus; readonly askedAtMs: number } | undefined;
  /** What the load balancer is proven to serve; absent while a change is under way or its outcome unknown. */
  acknowledged: { readonly backends: readonly Backend[]; readonly atMs: number } | undefined;
  publishNotBeforeMs: number;
  writtenTargets: string | undefined;
  readonly publicIpNotBeforeMs: Map<string, number>;
  /** Invariants that are broken now, by where that was seen. */
  readonly brokenInvariants: Map<string, string>;
}

export function createPool(parts: {
  readonly config: PoolConfig;
  readonly ports: Ports;
  readonly stopping: AbortSignal;
  readonly onLaneDone: (lane: string) => void;
}): Pool {
  const { config, ports, stopping, onLaneDone: onDone } = parts;
  const failures = createRepeatedFailures(ports);
  return {
    config,
    ports,
    stopping,
    failures,
    lanes: createLanes({ clock: ports.clock, failures, onDone }),
    limits: lifecycleLimits(config.policy),
    ownership: {
      namePrefix: config.namePrefix,
      protectedVmUuids: [...config.protectedVmUuids, config.seed.vmUuid],
    },
    seedUrl: backendUrl(config, config.seed.privateIpv4),
    clones: createCloneStore(ports),
    state: {
      isReconciled: false,
      watch: undefined,
      breachAtMs: undefined,
      upAlertAtMs: undefined,
      seedFailedProbeCount: 0,
      lastStartAtMs: undefined,
      lastTickAtMs: undefined,
      lastDecision: undefined,
      lastDecisionId: undefined,
      loadPercentByServer: new Map(),
      lastStatus: undefined,
      acknowledged: undefined,
      publishNotBeforeMs: 0,
      writtenTargets: undefined,
      publicIpNotBeforeMs: new Map(),
      brokenInvariants: new Map(),
    },
  };
}

export function backendUrl({ servicePort }: PoolConfig, privateIpv4: string): string {
  return `http://${privateIpv4}:${servicePort}`;
}

/**
 * The wanted size, the seed counted. There is only one size: what is there and was not let go counts, so that every
 * brake works on what carries the load.
 */
export function desiredSizeOf({ ports, clones }: Pool): number {
  const size = 1 + stayingClones(clones).length;
  return Math.max(ports.journal.memory().desiredSize ?? size, size);
}

/** The clones that count to the size. */
export function stayingClones(clones: CloneStore): readonly Server[] {
  return clones.live().filter(({ record }) => isStaying(record));
}
