import { styleText } from "node:util";
import { clockText, countText, msText, plural, rateText } from "./format.ts";
import type { Progress } from "./progress.ts";

export interface BlockOptions {
  readonly columns: number;
  readonly colour: boolean;
}

/** The block that a terminal shows and redraws, one string a line, none wider than `columns`. */
export function progressBlock(progress: Progress, { columns, colour }: BlockOptions): readonly string[] {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const { phase, pool, lastDecision, failedCount } = progress;
  const failed = `${countText(failedCount)} failed`;
  const rows: readonly (readonly [string, string])[] = [
    [
      "Requests",
      `${rateText(progress.arrivalRps)} · ${sentText(progress)} · ${failedCount > 0 ? style("red", failed) : failed}`,
    ],
    ["Latency", `p50 ${msText(progress.p50Ms)} · p95 ${msText(progress.p95Ms)} (last 10 s)`],
    ...(pool === undefined
      ? []
      : [
          ["Servers", `${style("green", dots(pool))} ${serversText(progress)}`] as const,
          ["CPU", `${style("cyan", sparkline(progress.loadHistoryPercent))} ${loadText(progress)}`] as const,
        ]),
    ...(lastDecision === undefined
      ? []
      : [["Decision", `${clockText(lastDecision.atSecond)} ${lastDecision.sentence}`] as const]),
    ...(progress.scalerProblem === undefined
      ? []
      : [["Scaler", `not seen: ${progress.scalerProblem}`] as const]),
  ];
  const title = `Load test ${progress.scenarioName} → ${progress.url}`;
  return [
    style("bold", title),
    `${style("blue", bar(progress, 28))} ${timeText(progress)}  ${phase === "done" ? "done" : stageText(progress)}`,
    ...rows.map(([name, text]) => `${style("dim", name.padEnd(9))}${text}`),
  ].map((line) => cut(line, columns));
}

/** The same as one plain line, for a log. */
export function progressLine(progress: Progress): string {
  const { pool, lastDecision } = progress;
  return [
    `${timeText(progress)} ${progress.phase === "done" ? "done" : stageText(progress)}`,
    rateText(progress.arrivalRps),
    `p50 ${msText(progress.p50Ms)}, p95 ${msText(progress.p95Ms)}`,
    `${countText(progress.failedCount)} failed of ${countText(progress.sentCount)}`,
    ...(pool === undefined ? [] : [serversText(progress), `CPU ${loadText(progress)}`]),
    ...(lastDecision === undefined
      ? []
      : [`last decision ${clockText(lastDecision.atSecond)}: ${lastDecision.sentence}`]),
    ...(progress.scalerProblem === undefined ? [] : [`scaler not seen: ${progress.scalerProblem}`]),
  ].join(" | ");
}

function sentText({ sentCount, inFlightCount }: Progress): string {
  return `${countText(sentCount)} sent · ${countText(inFlightCount)} in flight`;
}

function timeText({ elapsedSeconds, rampSeconds }: Progress): string {
  return `${clockText(elapsedSeconds)} of ${clockText(rampSeconds)}`;
}

function stageText({ stage, pool, settleSeconds }: Progress): string {
  if (stage !== undefined) {
    return `stage ${stage.index + 1} of ${stage.count}, ${stage.label}: ${rateText(stage.targetRps)}`;
  }
  if (pool === undefined || settleSeconds === 0) return "waiting for the last answers";
  return `settling: low load until the pool is at rest, at most ${clockText(settleSeconds)} more`;
}

function serversText({ pool }: Progress): string {
  if (pool === undefined) return "";
  const { inServiceCount, desiredSize, maxSize } = pool;
  return `${plural(inServiceCount, "server")} in service, ${desiredSize} wanted, at most ${maxSize}`;
}

function loadText({ pool }: Progress): string {
  if (pool === undefined) return "";
  return `${pool.loadPercent === undefined ? "no reading" : `${Math.round(pool.loadPercent)} %`}, target ${pool.targetPercent} %`;
}

function dots({
  inServiceCount,
  maxSize,
}: {
  readonly inServiceCount: number;
  readonly maxSize: number;
}): string {
  return "●".repeat(inServiceCount) + "○".repeat(Math.max(0, maxSize - inServiceCount));
}

function bar({ elapsedSeconds, rampSeconds }: Progress, width: number): string {
  const full = Math.round(width * Math.min(1, rampSeconds === 0 ? 1 : elapsedSeconds / rampSeconds));
  return "█".repeat(full) + "░".repeat(width - full);
}

const SPARKS = "▁▂▃▄▅▆▇█";

function sparkline(percents: readonly number[]): string {
  return percents
    .map((percent) => SPARKS[Math.min(7, Math.max(0, Math.floor((percent / 100) * 8)))])
    .join("");
}

/** Cuts by visible characters; a colour that was open at the cut is closed. */
function cut(line: string, columns: number): string {
  let visible = 0;
  let out = "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours start with one
  for (const piece of line.match(/\u001b\[[0-9;]*m|./gsu) ?? []) {
    const isEscape = piece.startsWith("\u001b");
    if (!isEscape) visible += 1;
    if (!isEscape && visible >= columns) return `${out}…${out.includes("\u001b") ? "\u001b[0m" : ""}`;
    out += piece;
  }
  return out;
}
