import type { Clock } from "@autoscaler/service-kit/clock.ts";

/** How to look again: every `intervalMs`, for `giveUpAfterMs` at most. */
export interface Looking {
  readonly intervalMs: number;
  readonly giveUpAfterMs: number;
}

/** Reads at once, then at each interval, until there is a result; undefined when time is up. */
export async function lookUntilSeen<T>(
  clock: Clock,
  { intervalMs, giveUpAfterMs }: Looking,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const endMs = clock.nowMs() + giveUpAfterMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || clock.nowMs() >= endMs) return seen;
    await clock.sleep(intervalMs);
  }
}
