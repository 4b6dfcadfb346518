import type { Clock } from "@autoscaler/service-kit";
import type { Arrival } from "./arrivals.ts";
import type { Recorder } from "./recorder.ts";
import type { Sender } from "./sender.ts";

export interface SchedulePorts {
  readonly clock: Clock;
  readonly sender: Pick<Sender, "send">;
  readonly recorder: Recorder;
  /** Start of the run, by `clock`. */
  readonly startMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends each request when it is due, whether or not earlier ones have been answered, until the schedule
 * ends, `isOver` says so or the signal aborts; then waits for the answers that are still on their way.
 */
export async function sendOnSchedule(
  schedule: Iterable<Arrival>,
  ports: SchedulePorts,
  isOver: (arrival: Arrival) => boolean = () => false,
): Promise<void> {
  const { clock, sender, recorder, startMs, signal } = ports;
  const inFlight = new Set<Promise<void>>();

  for (const arrival of schedule) {
    if (isOver(arrival)) break;
    const { atMs, stageIndex } = arrival;
    await sleepUntil(startMs + atMs, clock, signal);
    if (signal.aborted) break;
    recorder.sent(atMs);
    const request = sender.send().then((outcome) => {
      recorder.finished({ dueMs: atMs, stageIndex, endMs: clock.nowMs() - startMs }, outcome);
      inFlight.delete(request);
    });
    inFlight.add(request);
  }
  await Promise.all(inFlight);
}

/** Returns early, without an error, when the signal aborts. */
async function sleepUntil(timeMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const restMs = timeMs - clock.nowMs();
  if (restMs <= 0 || signal.aborted) return;
  await clock.sleep(restMs, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
