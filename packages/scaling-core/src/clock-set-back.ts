import type { ServerRecord } from "./server-record.ts";

/** Nothing is put off for longer than this on purpose. */
const LONGEST_DELAY_MS = 120_000;

/**
 * The record after the clock was set back: what lies in the future happened just now. Without that a server
 * would neither warm up, nor drain, nor be tried again until the clock is where it was.
 */
export function withoutFuture(record: ServerRecord, nowMs: number): ServerRecord {
  const past = (atMs: number | undefined) => (atMs === undefined ? undefined : Math.min(atMs, nowMs));
  const { notBeforeMs = 0 } = record;
  const clamped = {
    phaseSinceMs: Math.min(record.phaseSinceMs, nowMs),
    cloneSentAtMs: past(record.cloneSentAtMs),
    inServiceSinceMs: past(record.inServiceSinceMs),
    outAcknowledgedAtMs: past(record.outAcknowledgedAtMs),
    notBeforeMs: notBeforeMs > nowMs + LONGEST_DELAY_MS ? undefined : record.notBeforeMs,
  };
  const isSame =
    clamped.phaseSinceMs === record.phaseSinceMs &&
    clamped.cloneSentAtMs === record.cloneSentAtMs &&
    clamped.inServiceSinceMs === record.inServiceSinceMs &&
    clamped.outAcknowledgedAtMs === record.outAcknowledgedAtMs &&
    clamped.notBeforeMs === record.notBeforeMs;
  if (isSame) return record;
  const { cloneSentAtMs, ...times } = clamped;
  return { ...record, ...times, ...(cloneSentAtMs === undefined ? {} : { cloneSentAtMs }) };
}
