import { setTimeout as delay } from "node:timers/promises";
import { CannotRun } from "@autoscaler/local-cloud/cli/checks.ts";
import type { ServiceStatus } from "@autoscaler/local-cloud/cli/instance-record.ts";

const LOOK_MS = 2_000;

/**
 * Returns when the signal aborts.
 *
 * @throws {CannotRun} as soon as one of the local cloud's processes has ended: what is left shows nothing.
 */
export async function stayUp(
  look: () => Promise<readonly ServiceStatus[]>,
  signal: AbortSignal,
  lookMs = LOOK_MS,
): Promise<void> {
  while (!signal.aborted) {
    const ended = (await look()).find(({ running }) => !running);
    if (ended !== undefined) throw new CannotRun(`the local cloud's ${ended.name} has ended by itself`);
    await delay(lookMs, undefined, { signal }).catch(() => undefined);
  }
}
