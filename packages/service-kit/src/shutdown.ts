import { hasCode } from "./has-code.ts";
import type { Logger } from "./logger.ts";

/**
 * Runs `close` once on SIGTERM or SIGINT, then exits 0; exits 1 when it fails or takes longer than
 * `deadlineMs`. A second signal exits at once.
 */
export function closeOnSignal(
  close: () => Promise<void>,
  options: { readonly log: Logger; readonly deadlineMs: number },
): void {
  let closing = false;
  const stop = (signal: NodeJS.Signals) => {
    if (closing) process.exit(1);
    closing = true;
    options.log.info({ event: "process.stopping", signal }, "stopping");
    const timer = setTimeout(() => {
      options.log.error({ event: "process.stop_timeout" }, "did not stop in time");
      process.exit(1);
    }, options.deadlineMs);
    timer.unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        options.log.error({ event: "process.stop_failed", err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/** Runs a process's main function; a configuration problem exits 2 with its text, anything else exits 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const invalid = hasCode(error, "CONFIGURATION_INVALID");
    process.stderr.write(`${invalid && error instanceof Error ? error.message : describe(error)}\n`);
    process.exit(invalid ? 2 : 1);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
