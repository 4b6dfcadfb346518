import type { Progress } from "./progress.ts";
import { progressBlock, progressLine } from "./progress-text.ts";

/** What is needed of a stream such as `process.stderr`. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Seconds between two lines when nobody watches. */
const LINE_INTERVAL_SECONDS = 5;

/** Redraws a block on a terminal; elsewhere writes one line every 5 s and at the end. */
export function createProgressWriter(terminal: Terminal, colour: boolean): (progress: Progress) => void {
  let drawnCount = 0;
  let lastLineSecond = Number.NEGATIVE_INFINITY;

  return (progress) => {
    if (terminal.isTTY === true) {
      const lines = progressBlock(progress, { columns: terminal.columns ?? 80, colour });
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
