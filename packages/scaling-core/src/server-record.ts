/** In the order of a life; `failed` leads to `deleting`. */
export type ServerPhase =
  | "planned"
  | "creating"
  | "booting"
  | "probing"
  | "serving"
  | "draining"
  | "deleting"
  | "gone"
  | "failed";

/** An automatic public address of a clone. Numbers are handed out again, so the uuid goes with it. */
export interface PublicIp {
  readonly address: string;
  readonly uuid: string;
}

/** When each leg of a reaction ended, in milliseconds since the epoch. */
export interface ReactionTimes {
  /** t0: the first tick that saw a load above the band, for more servers than were wanted. */
  readonly breachAtMs?: number;
  /** t1 */
  readonly decidedAtMs?: number;
  /** t2 */
  readonly cloneSentAtMs?: number;
  /** t3: known to run, with its private address. */
  readonly runningAtMs?: number;
  /** t4 */
  readonly firstGoodProbeAtMs?: number;
  /** t5: the load balancer serves it. */
  readonly acknowledgedAtMs?: number;
}

/** What the journal holds of one clone: enough to finish or undo its life after any crash. */
export interface ServerRecord {
  readonly name: string;
  readonly phase: ServerPhase;
  readonly phaseSinceMs: number;
  /** Why it is in this phase, a short text for people. */
  readonly why: string;
  readonly vmUuid?: string;
  /** One address is one server's: it is taken from the record that had it when another machine gets it. */
  readonly privateIpv4?: string | undefined;
  /** Set before the clone is sent; for an adopted machine the moment of its adoption. */
  readonly cloneSentAtMs?: number;
  /** `looking`: the automatic public address has not shown up yet. */
  readonly publicIp: "looking" | "settled";
  /** It is awaited from then on, where that is later than the machine's start: time that nobody watched does not count. */
  readonly publicIpSinceMs?: number;
  /** Addresses of it that are still allocated, written before their release is sent. */
  readonly publicIps: readonly PublicIp[];
  /** Set before the load balancer is first told of it. From then on only its acknowledgement lets it go. */
  readonly publishedAtMs?: number | undefined;
  readonly inServiceSinceMs?: number | undefined;
  readonly outAcknowledgedAtMs?: number | undefined;
  /** A repeated cloud call waits until then. */
  readonly notBeforeMs?: number | undefined;
  readonly attemptCount: number;
  /** The seed's release when it was cloned; absent when that was not known. */
  readonly release?: string | undefined;
  /** An operator's word: the pool shrinks without it until then. */
  readonly protectedUntilMs?: number | undefined;
  readonly times: ReactionTimes;
}

export interface SeenVm {
  readonly uuid: string;
  readonly name: string;
  readonly status: string;
  readonly privateIpv4?: string;
}

/** What was last seen of one clone; never stored, so a restart has to see it again. */
export interface ServerSighting {
  readonly vm?: SeenVm | undefined;
  /** Cloud lists in a row without it. */
  readonly absentReadCount: number;
  /** The detail call, too, says that it does not exist. */
  readonly isProvenAbsent: boolean;
  readonly goodProbeCount: number;
  readonly failedProbeCount: number;
  /** As the load balancer counts them; absent when it cannot be asked. */
  readonly openConnectionCount?: number | undefined;
  /** What its next step waits for, for people. */
  readonly waitsFor?: string | undefined;
}

export interface Server {
  readonly record: ServerRecord;
  readonly sighting: ServerSighting;
}

export const unseen: ServerSighting = {
  absentReadCount: 0,
  isProvenAbsent: false,
  goodProbeCount: 0,
  failedProbeCount: 0,
};

export function planServer(
  name: string,
  nowMs: number,
  times: ReactionTimes,
  release?: string,
): ServerRecord {
  return {
    name,
    phase: "planned",
    phaseSinceMs: nowMs,
    why: "the pool grows",
    publicIp: "looking",
    publicIps: [],
    attemptCount: 0,
    ...(release === undefined ? {} : { release }),
    times,
  };
}

/** The record in its next phase; whatever paced the old phase is forgotten. */
export function enterPhase(
  record: ServerRecord,
  phase: ServerPhase,
  nowMs: number,
  detail: { readonly why: string } & Partial<ServerRecord>,
): ServerRecord {
  return { ...record, notBeforeMs: undefined, attemptCount: 0, ...detail, phase, phaseSinceMs: nowMs };
}
