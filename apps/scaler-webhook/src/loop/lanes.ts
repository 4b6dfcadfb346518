import type { Logger } from "@autoscaler/service-kit";

/**
 * Work that runs beside the tick, at most one piece a lane. A tick therefore never waits for a cloud call
 * that blocks for minutes, and a server never has two such calls at once.
 */
export interface Lanes {
  /** False, and nothing started, while the lane is busy. */
  start(lane: string, work: () => Promise<void>): boolean;
  isBusy(lane: string): boolean;
  /** Starts nothing any more. */
  close(): void;
}

export function createLanes({
  log,
  onDone,
}: {
  readonly log: Logger;
  readonly onDone: (lane: string) => void;
}): Lanes {
  const busy = new Set<string>();
  let isClosed = false;

  const run = async (lane: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      log.warn({ event: "lane.failed", lane, err: error }, "a step failed, it will be tried again");
    } finally {
      busy.delete(lane);
      if (!isClosed) onDone(lane);
    }
  };

  return {
    start(lane, work) {
      if (isClosed || busy.has(lane)) return false;
      busy.add(lane);
      void run(lane, work);
      return true;
    },
    isBusy: (lane) => busy.has(lane),
    close() {
      isClosed = true;
    },
  };
}
