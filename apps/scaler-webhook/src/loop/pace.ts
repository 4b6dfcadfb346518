/** Every wait and window of the loop, in milliseconds. What the policy sets is not here. */
export const paceMs = {
  /** Woken ticks start at least this far apart, whatever floods in. */
  betweenTicks: 250,
  /** The cloud's list is asked for at most this often, however often the loop is woken. */
  betweenLists: 1_000,
  /** A tick goes on without the cloud's list when that takes longer; its answer serves a later tick. */
  listPatience: 3_000,

  /** How long a step waits that does not say otherwise. */
  usual: 5_000,
  /** No step of a server follows the one before sooner than this, whatever it says. */
  shortest: 1_000,
  /** After failed deletions the usual wait is doubled, up to this. */
  longest: 60_000,
  /** A machine that boots is asked for more often: its start is a leg of the reaction. */
  whileBooting: 3_000,
  /** The load balancer did not acknowledge: until it is told again. */
  publishAgain: 2_000,

  /** A list may show a deleted machine this long; after that it is really there. */
  listShowsDeleted: 120_000,
  /** What is gone is remembered this long: its machine may appear late, and the day's creates count it. */
  goneIsRemembered: 24 * 3_600_000,
  /** Changes of the size that a rate may look back on. */
  longestRatePeriod: 3_600_000,
  /** A longer gap between ticks starts the stabilisation windows anew. */
  watchGap: 60_000,
  /** Alertmanager repeats a firing alert each minute. */
  alertIsFresh: 120_000,
  /** A size raised by hand is kept this long; after that the policy decides alone again. */
  manualFloorHolds: 600_000,
  /** A step down by hand that the load does not allow within this time lapses. */
  stepDownHolds: 60_000,

  /** A failure that goes on is said again this often. */
  failureReminder: 60_000,
  /** Places that never work again (a server that is gone) are forgotten after this long. */
  failureIsRemembered: 3_600_000,
} as const;

/** Whether a moment is less than `forMs` away: the distance, since a clock that was set back must hold nothing up. */
export function isRecent(atMs: number, nowMs: number, forMs: number): boolean {
  return Math.abs(nowMs - atMs) < forMs;
}

/** What a step in a server's cloud lane says of the next one. Its type makes every step say something. */
export type StepResult =
  /** The server is in another phase: what comes next may begin. */
  | "moved"
  /** Nothing has changed: look again after the usual time. */
  | "again"
  /** It was no step of the server's life: its pace stays as it is. */
  | "aside"
  | { readonly againAfterMs: number };

/** How long the next step of a server waits; `undefined`: as long as before. */
export function waitAfter(result: StepResult): number | undefined {
  if (result === "aside") return undefined;
  if (result === "moved") return paceMs.shortest;
  return Math.max(paceMs.shortest, result === "again" ? paceMs.usual : result.againAfterMs);
}

/** The same after a step that failed, by the number of failures before it. */
export function waitAfterFailure(failureCount: number): number {
  return Math.min(paceMs.longest, paceMs.usual * 2 ** Math.min(failureCount, 5));
}
