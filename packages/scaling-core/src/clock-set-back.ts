import type { ServerRecord } from "./server-record.ts";

/** No step delays its next try by more than this. */
const LONGEST_DELAY_MS = 120_000;

/**
 * The record after the clock was set back by `byMs`. Without that a server would neither warm up, nor drain, nor be
 * tried again until the clock is where it was.
 */
export function withoutFuture(record: ServerRecord, nowMs: number, byMs: number): ServerRecord {
  const moved = movedBack(record, nowMs, byMs);
  const times = movedBack(record.times, nowMs, byMs);
  const { notBeforeMs = 0 } = record;
  const isTooFar = notBeforeMs > nowMs + LONGEST_DELAY_MS;
  if (moved === record && times === record.times && !isTooFar) return record;
  return { ...moved, times, ...(isTooFar ? { notBeforeMs: undefined } : {}) };
}

/**
 * Facts whose fields name moments, as the clock that was set back sees them; the same object when nothing moves.
 *
 * By the names of the fields, so that none can be forgotten: `...AtMs` and `...SinceMs` are moments that passed,
 * hence not later than now; `...UntilMs` is a moment to come, which moves back with the clock.
 */
export function movedBack<T extends object>(facts: T, nowMs: number, byMs: number): T {
  const moved = Object.entries(facts).flatMap(([key, value]) => {
    if (typeof value !== "number") return [];
    const next = /(At|Since)Ms$/i.test(key)
      ? Math.min(value, nowMs)
      : /untilMs$/i.test(key)
        ? value - byMs
        : value;
    return next === value ? [] : [[key, next]];
  });
  return moved.length === 0 ? facts : { ...facts, ...Object.fromEntries(moved) };
}
