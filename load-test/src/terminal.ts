import type { Progress } from "./progress.ts";
import { progressBlock, progressLine } from "./progress-text.ts";

/** What is needed of a stream such as `process.stderr`. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Room for the largest block that is redrawn in place. */
const LEAST_COLUMNS = 20;
const LEAST_ROWS = 10;

/**
 * Whether a block can be redrawn in place. A terminal that tells no size (0 x 0, as a serial console) cannot:
 * of 0 columns nothing is left of a line, and in 0 rows a block has no room.
 */
export function isDrawable(terminal: Terminal): terminal is Terminal & { readonly columns: number } {
  const { isTTY, columns = 0, rows = 0 } = terminal;
  return isTTY === true && columns >= LEAST_COLUMNS && rows >= LEAST_ROWS;
}

/** Seconds between two lines when nobody watches. */
const LINE_INTERVAL_SECONDS = 5;

/** Redraws a block on a terminal with room for it; elsewhere writes one line every 5 s and at the end. */
export function createProgressWriter(terminal: Terminal, colour: boolean): (progress: Progress) => void {
  let drawnCount = 0;
  let lastLineSecond = Number.NEGATIVE_INFINITY;

  return (progress) => {
    if (isDrawable(terminal)) {
      const lines = progressBlock(progress, { columns: terminal.columns, colour });
      const back = drawnCount === 0 ? "" : `\u001b[${drawnCount}A\u001b[0J`;
      terminal.write(`${back}${lines.join("\n")}\n`);
      drawnCount = lines.length;
    } else if (
      progress.phase === "done" ||
      progress.elapsedSeconds - lastLineSecond >= LINE_INTERVAL_SECONDS
    ) {
      terminal.write(`${progressLine(progress)}\n`);
      lastLineSecond = progress.elapsedSeconds;
    }
  };
}
