import type {
  BackOff,
  Decision,
  LoadReading,
  OpenWindow,
  PublicIp,
  SeenVm,
  ServerRecord,
  SignalField,
  SizeChange,
  Violation,
} from "@autoscaler/scaling-core";
import type { Clock, Logger } from "@autoscaler/service-kit";

/** What the loop needs from the world, in the loop's own words. Adapters implement it. */
export interface Ports {
  readonly clock: Clock;
  readonly log: Logger;
  readonly cloud: CloudPort;
  readonly loads: LoadsPort;
  readonly loadBalancer: LoadBalancerPort;
  readonly probe: ProbePort;
  readonly targets: TargetsPort;
  readonly journal: Journal;
  readonly metrics: MetricsPort;
  /** End of a new clone's name: lower-case letters and digits, later ones sort later, never the same twice. */
  readonly newSuffix: () => string;
  /** The schedules of the policy whose windows are open. */
  readonly openWindows: (nowMs: number) => readonly OpenWindow[];
}

export type CloneResult =
  | { readonly kind: "created"; readonly vm: SeenVm }
  /** The source is locked by another call; nothing was made. */
  | { readonly kind: "busy" }
  /** Nothing was made. */
  | { readonly kind: "refused"; readonly why: string }
  /** It may have been made, or may yet be. */
  | { readonly kind: "unknown"; readonly why: string };

export interface CloudPort {
  /** Every machine of the account. Lags: a new machine may be missing, a deleted one still there. */
  listVms(): Promise<readonly SeenVm[]>;
  /** The authority on one machine; `undefined`: it does not exist (any more). */
  getVm(uuid: string): Promise<SeenVm | undefined>;
  findVmByName(name: string): Promise<SeenVm | undefined>;
  /** Sends once; blocks until the clone runs. Never throws. */
  cloneSeed(name: string): Promise<CloneResult>;
  startVm(uuid: string): Promise<void>;
  /** Resolves when its absence is proven; success if it was gone before. */
  deleteVm(uuid: string): Promise<void>;
  /** The public addresses that came with the machine by themselves. */
  automaticIpsOf(vmUuid: string): Promise<readonly PublicIp[]>;
  /** Resolves when it is proven gone, or belongs to somebody else by now. */
  releaseIp(ip: PublicIp): Promise<void>;
}

export interface LoadsPort {
  /** CPU of each server of the pool by its name. @throws when there is no answer to trust. */
  read(): Promise<ReadonlyMap<string, LoadReading>>;
  /** What the policy asks for beside CPU. What cannot be read is absent; never throws. */
  readSignals(): Promise<SignalReadings>;
}

/** By the field of the policy: of each server by its name, or one number for the pool (`BESIDE_CPU` says which). */
export type SignalReadings = Readonly<
  Partial<Record<SignalField, number | ReadonlyMap<string, LoadReading>>>
>;

/** Where requests go, and whose address that is: addresses are handed out again, names never. */
export interface Backend {
  readonly server: string;
  readonly url: string;
}

export interface BackendReading {
  readonly url: string;
  readonly wanted: boolean;
  readonly served: boolean;
  readonly openConnectionCount: number;
}

export interface LoadBalancerStatus {
  readonly wantedGeneration: number;
  readonly servedGeneration: number;
  readonly backends: readonly BackendReading[];
}

export type PublishResult =
  | { readonly kind: "acknowledged" }
  /** It was told of a later generation by somebody. */
  | { readonly kind: "stale" }
  | { readonly kind: "failed"; readonly why: string };

export interface LoadBalancerPort {
  status(): Promise<LoadBalancerStatus>;
  /** Resolves `acknowledged` when requests really go to these backends. Never throws. */
  publish(generation: number, backends: readonly Backend[]): Promise<PublishResult>;
}

export interface ProbePort {
  /** One probe of a server's health path; never throws. */
  isHealthy(privateIpv4: string): Promise<boolean>;
}

export interface Target {
  readonly server: string;
  readonly role: "seed" | "clone";
  readonly privateIpv4: string;
}

export interface TargetsPort {
  /** Replaces Prometheus's list of servers to scrape. */
  write(targets: readonly Target[]): Promise<void>;
}

export type Direction = "up" | "down" | "both";

export interface Pause {
  readonly direction: Direction;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** What an operator asked for, taken up by the loop. */
export type ManualRequest =
  /** Exactly that size. */
  | { readonly kind: "size"; readonly size: number; readonly untilMs: number }
  | { readonly kind: "floor"; readonly size: number; readonly untilMs: number }
  | { readonly kind: "step-down"; readonly untilMs: number };

/** Small facts of the pool that outlive the process. */
export interface PoolMemory {
  /** Absent before the first decision ever. */
  readonly desiredSize?: number;
  readonly backOff: BackOff;
  readonly manual?: ManualRequest | undefined;
  readonly pause?: Pause | undefined;
}

export interface StoredDecision {
  readonly id: number;
  readonly atMs: number;
  readonly decision: Decision;
}

/**
 * Durable when a method returns, so a cloud call sent afterwards is never unknown to a later process.
 * Synchronous: between a write and the call that follows it nothing else can happen.
 */
export interface Journal {
  servers(): readonly ServerRecord[];
  saveServer(record: ServerRecord): void;
  forgetGoneBefore(atMs: number): void;
  memory(): PoolMemory;
  remember(change: Partial<PoolMemory>): void;
  /** Generation for these backends: that of the last body if it was the same, else the next one. */
  generationFor(backends: readonly Backend[]): number;
  /** The next generation will be above this, unless it is known here already. */
  raiseGeneration(atLeast: number): void;
  /** The next generation will be above this one, whose backends are others elsewhere. */
  outrunGeneration(taken: number): void;
  changesSince(atMs: number): readonly SizeChange[];
  addChange(change: SizeChange): void;
  addDecision(atMs: number, decision: Decision): number;
  decision(id: number): StoredDecision | undefined;
  /** Newest first. */
  decisions(query: { readonly limit: number; readonly sinceId?: number }): readonly StoredDecision[];
  close(): void;
}

export interface MetricsPort {
  ticked(facts: TickFacts): void;
  leg(name: ReactionLeg, seconds: number): void;
  failed(call: FailedCall): void;
  violated(violations: readonly Violation[]): void;
}

/** What can fail, as the metric `scaler_call_failures_total` names it. */
export type FailedCall =
  /** Calls of the ports. */
  | "listVms"
  | "readLoads"
  | "loadBalancerStatus"
  | "cloneSeed"
  | "publishBackends"
  | "writeTargets"
  | "heartbeat"
  /** A step of a server in the cloud; a round of probes; a whole tick. */
  | "serverStep"
  | "probe"
  | "tick"
  /** A server that never became ready; a machine that the journal did not know. */
  | "serverReady"
  | "untrackedMachine";

export type ReactionLeg = "t0_t1" | "t1_t2" | "t2_t3" | "t3_t4" | "t4_t5" | "t0_t2" | "t0_t5";

export interface TickFacts {
  readonly atMs: number;
  readonly durationMs: number;
  readonly desiredSize: number;
  readonly inServiceCount: number;
  readonly loadPercent?: number;
  readonly serversByPhase: Readonly<Record<string, number>>;
}
