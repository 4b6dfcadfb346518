import { CannotRun } from "@autoscaler/local-cloud/cli/checks.ts";
import type { ServiceStatus } from "@autoscaler/local-cloud/cli/instance-record.ts";

const LOOK_MS = 2_000;

/**
 * Aborts as soon as one of the local cloud's processes has ended by itself: machines without them hang rather
 * than fail. Keeps the process alive until it is closed.
 */
export function watchServices(
  look: () => Promise<readonly ServiceStatus[]>,
  controller: AbortController,
  lookMs = LOOK_MS,
): { close(): void } {
  const timer = setInterval(() => {
    void look().then((services) => {
      const ended = services.find(({ running }) => !running);
      if (ended !== undefined && !controller.signal.aborted)
        controller.abort(new CannotRun(`the local cloud's ${ended.name} has ended by itself`));
    });
  }, lookMs);
  return { close: () => clearInterval(timer) };
}
