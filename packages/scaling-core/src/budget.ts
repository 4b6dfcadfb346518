import type { ServerRecord } from "./server-record.ts";

const DAY_MS = 24 * 3_600_000;

/** Clones that may still be sent for: `createsPerDay` less those of the last 24 h. */
export function createsLeft(records: readonly ServerRecord[], createsPerDay: number, nowMs: number): number {
  const sentCount = records.filter(({ cloneSentAtMs, phase, phaseSinceMs }) => {
    // One that waits to be sent is spoken for.
    const atMs = phase === "planned" ? phaseSinceMs : cloneSentAtMs;
    return atMs !== undefined && Math.abs(nowMs - atMs) < DAY_MS;
  }).length;
  return Math.max(0, createsPerDay - sentCount);
}
