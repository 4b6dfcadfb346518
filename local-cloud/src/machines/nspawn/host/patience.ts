import { setTimeout as delay } from "node:timers/promises";
import { cpuSeconds, type ProcessIdentity } from "./process-identity.ts";

/** What a look found: the end of the waiting, or how far it is. */
export type Look<T> = { readonly value: T } | { readonly seen: string };

export interface Waiting<T> {
  /** Begins the sentence of a failure, such as `the local cloud's api does not answer`. */
  readonly failure: string;
  /** How long nothing may change in what is seen. */
  readonly limitMs: number;
  /** Throws when waiting on has no sense. */
  readonly look: () => Promise<Look<T>>;
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
}

/** Something made no progress within its limit; the message says what was seen last and how to raise it. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
  readonly code = "TOO_SLOW";
}

/** Progress without an end is none: what takes so many times its limit is given up. */
const LONGEST_FACTOR = 20;
const FACTOR_VARIABLE = "AUTOSCALER_PATIENCE";

/**
 * Waits as long as there is progress: the limit begins anew whenever something else is seen.
 *
 * @throws {TooSlow} when nothing changed for `limitMs`, or after 20 times as long.
 */
export async function waitWhileItMoves<T>(waiting: Waiting<T>): Promise<T> {
  const { failure, look, pollMs = 100, signal } = waiting;
  const limitMs = waiting.limitMs * patienceFactor();
  const startMs = performance.now();
  let lastMs = startMs;
  let seen: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if ("value" in found) return found.value;
    const nowMs = performance.now();
    if (found.seen !== seen) {
      seen = found.seen;
      lastMs = nowMs;
    }
    if (nowMs - lastMs > limitMs || nowMs - startMs > limitMs * LONGEST_FACTOR) {
      const seconds = Math.round((nowMs - startMs) / 1000);
      throw new TooSlow(
        `${failure} after ${seconds} s; seen last: ${seen} (on a slow machine set ${FACTOR_VARIABLE}=${2 * patienceFactor()} for longer limits)`,
      );
    }
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** Multiplies every limit; 1 unless the environment has another number of at least 1. */
export function patienceFactor(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number {
  return Math.max(1, Number(environment[FACTOR_VARIABLE]) || 1);
}

/** How far a process is that says nothing: the whole seconds of CPU that it has used. */
export function effortOf(identity: ProcessIdentity): string {
  return `${Math.floor(cpuSeconds(identity))} s of CPU used`;
}
