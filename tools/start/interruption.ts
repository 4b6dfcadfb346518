/** Ctrl-C, or the end of the terminal: work is given up and everything taken down. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly code = "INTERRUPTED";

  constructor() {
    super("interrupted");
  }
}

/**
 * A signal that aborts on SIGINT, SIGTERM or SIGHUP. A second one ends the process at once; the next start
 * then cleans up.
 */
export function listenForInterruption(): AbortController {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write("\ntaking everything down (once more to leave at once)\n");
      controller.abort(new Interrupted());
    });
  }
  return controller;
}
