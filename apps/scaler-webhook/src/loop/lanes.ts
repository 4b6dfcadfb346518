import type { Clock } from "@autoscaler/service-kit";
import { isRecent, paceMs } from "./pace.ts";
import type { FailedCall } from "./ports.ts";
import type { RepeatedFailures } from "./repeated-failures.ts";

/**
 * Work that runs beside the tick, at most one piece a lane. A tick therefore never waits for a cloud call
 * that blocks for minutes, and a server never has two such calls at once.
 */
export interface Lanes {
  /**
   * False, and nothing started, while the lane is busy or rests. It rests for the usual time after work that
   * failed (counted as `call`), even where that could not be written down, as on a full disk.
   */
  start(lane: string, call: FailedCall, work: () => Promise<void>): boolean;
  isBusy(lane: string): boolean;
  /** Starts nothing any more. */
  close(): void;
}

export function createLanes({
  clock,
  failures,
  onDone,
}: {
  readonly clock: Clock;
  readonly failures: RepeatedFailures;
  readonly onDone: (lane: string) => void;
}): Lanes {
  const busy = new Set<string>();
  const failedAtMs = new Map<string, number>();
  let isClosed = false;

  const isResting = (lane: string) => {
    const lastMs = failedAtMs.get(lane);
    if (lastMs !== undefined && isRecent(lastMs, clock.nowMs(), paceMs.usual)) return true;
    failedAtMs.delete(lane);
    return false;
  };
  const run = async (lane: string, call: FailedCall, work: () => Promise<void>) => {
    try {
      await work();
      failures.worked(call, { lane });
    } catch (error) {
      failedAtMs.set(lane, clock.nowMs());
      failures.failed(call, error, { lane });
    } finally {
      busy.delete(lane);
      if (!isClosed) onDone(lane);
    }
  };

  return {
    start(lane, call, work) {
      if (isClosed || busy.has(lane) || isResting(lane)) return false;
      busy.add(lane);
      void run(lane, call, work);
      return true;
    },
    isBusy: (lane) => busy.has(lane),
    close() {
      isClosed = true;
    },
  };
}
