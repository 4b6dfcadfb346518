import type { Clock } from "@autoscaler/service-kit/clock.ts";

export interface Absence {
  /** Reads in a row that must not find the resource. */
  readonly readCount: number;
  /**
   * Pause between them, in milliseconds. Closer reads may all be answered from one stale list: the provider for a
   * sister cloud waits 30 s (thanet-s/inspace-cloud-kube-modules). Not measured against IDCloudHost.
   */
  readonly intervalMs: number;
  /** Time after which a resource that is still (or again) listed counts as not deleted. */
  readonly giveUpAfterMs: number;
}

/**
 * Whether a resource is gone: `true` after `readCount` reads in a row that do not find it. With `stopWhenSeen`,
 * as many reads in a row that do find it end the wait early with `false`.
 */
export async function provenAbsent(
  clock: Clock,
  { readCount, intervalMs, giveUpAfterMs }: Absence,
  isThere: () => Promise<boolean>,
  { stopWhenSeen = false } = {},
): Promise<boolean> {
  const endMs = clock.nowMs() + giveUpAfterMs;
  let unseenCount = 0;
  let seenCount = 0;
  for (;;) {
    const there = await isThere();
    unseenCount = there ? 0 : unseenCount + 1;
    seenCount = there ? seenCount + 1 : 0;
    if (unseenCount >= readCount) return true;
    if (stopWhenSeen && seenCount >= readCount) return false;
    if (clock.nowMs() >= endMs) return false;
    await clock.sleep(intervalMs);
  }
}
