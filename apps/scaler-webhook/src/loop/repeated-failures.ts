import type { Clock, Logger } from "@autoscaler/service-kit";
import { isRecent, paceMs } from "./pace.ts";
import type { FailedCall, MetricsPort } from "./ports.ts";

/**
 * Says a failure that repeats itself once, then once a minute with its count, and once when it is over.
 * The metric counts each one.
 */
export interface RepeatedFailures {
  failed(call: FailedCall, error: unknown, facts?: object): void;
  /** It works. Free of cost while nothing has failed. */
  worked(call: FailedCall, facts?: object): void;
}

interface Failing {
  readonly sinceMs: number;
  saidAtMs: number;
  lastAtMs: number;
  count: number;
}

export function createRepeatedFailures({
  clock,
  log,
  metrics,
}: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<MetricsPort, "failed">;
}): RepeatedFailures {
  const failing = new Map<string, Failing>();
  const keyOf = (call: FailedCall, facts: object) => JSON.stringify([call, facts]);

  return {
    failed(call, error, facts = {}) {
      metrics.failed(call);
      const nowMs = clock.nowMs();
      for (const [key, { lastAtMs }] of failing)
        if (nowMs - lastAtMs > paceMs.failureIsRemembered) failing.delete(key);
      const key = keyOf(call, facts);
      const known = failing.get(key);
      if (known === undefined) {
        failing.set(key, { sinceMs: nowMs, saidAtMs: nowMs, lastAtMs: nowMs, count: 1 });
        log.warn({ event: "call.failed", call, ...facts, err: error }, "a call failed, it will be repeated");
        return;
      }
      known.count += 1;
      known.lastAtMs = nowMs;
      if (isRecent(known.saidAtMs, nowMs, paceMs.failureReminder)) return;
      known.saidAtMs = nowMs;
      const why = error instanceof Error ? error.message : String(error);
      log.warn(
        {
          event: "call.still_failing",
          call,
          ...facts,
          why,
          failureCount: known.count,
          ...forMs(known, nowMs),
        },
        "a call keeps failing",
      );
    },
    worked(call, facts = {}) {
      if (failing.size === 0) return;
      const key = keyOf(call, facts);
      const known = failing.get(key);
      if (known === undefined) return;
      failing.delete(key);
      log.info(
        {
          event: "call.recovered",
          call,
          ...facts,
          failureCount: known.count,
          ...forMs(known, clock.nowMs()),
        },
        "a call works again",
      );
    },
  };
}

function forMs({ sinceMs }: Failing, nowMs: number) {
  return { failingForMs: Math.max(0, nowMs - sinceMs) };
}
