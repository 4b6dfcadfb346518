import { escapeHtml } from "@autoscaler/service-kit";
import { nice, ticks } from "d3-array";
import { clockText } from "../format.ts";

export interface Point {
  readonly second: number;
  /** Absent: a gap. */
  readonly value: number | undefined;
}

/** How points are drawn; an area is steps with what is below them. */
export type Drawing = "bars" | "line" | "steps" | "area";

/** What is drawn, from back to front. `tone` is a class of the style sheet. */
export type Layer =
  | { readonly kind: Drawing; readonly tone: string; readonly points: readonly Point[] }
  | { readonly kind: "band"; readonly tone: string; readonly from: number; readonly to: number }
  | { readonly kind: "rule"; readonly tone: string; readonly at: number; readonly label: string };

export interface Mark {
  readonly second: number;
  readonly label: string;
}

export interface ChartSpec {
  /** What the chart shows, for people who cannot see it. */
  readonly description: string;
  readonly endSecond: number;
  readonly yMax: number;
  readonly yText: (value: number) => string;
  readonly layers: readonly Layer[];
  /** Vertical lines at decisions; their numbers are shown where `showMarkLabels`. */
  readonly marks: readonly Mark[];
  readonly showMarkLabels?: boolean;
}

export interface Frame {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One drawing for each class of screen, so that text keeps its size; the style sheet shows one of them. */
export const SCREENS = [
  { name: "wide", width: 1040, height: 190 },
  { name: "medium", width: 680, height: 180 },
  { name: "narrow", width: 340, height: 165 },
] as const;

export function chart(spec: ChartSpec): string {
  return SCREENS.map((screen) => chartFor(spec, screen)).join("\n");
}

function chartFor(spec: ChartSpec, { name, width, height }: (typeof SCREENS)[number]): string {
  const frame = {
    width,
    left: 54,
    right: width - 10,
    top: spec.showMarkLabels ? 24 : 10,
    bottom: height - 22,
  };
  const x = (second: number) =>
    frame.left + (second / Math.max(1, spec.endSecond)) * (frame.right - frame.left);
  const y = (value: number) =>
    frame.bottom - (Math.min(value, spec.yMax) / spec.yMax) * (frame.bottom - frame.top);
  const grid = axisTicks(spec.yMax).map(
    (value) =>
      `<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${round(y(value))}" y2="${round(y(value))}"/>` +
      `<text class="tick" x="${frame.left - 6}" y="${round(y(value) + 4)}" text-anchor="end">${escapeHtml(spec.yText(value))}</text>`,
  );
  const marks = labelled(spec.marks, x).map(({ at, labelAt, label }) => {
    const line = `<line class="mark" x1="${at}" x2="${at}" y1="${frame.top}" y2="${frame.bottom}"/>`;
    if (!spec.showMarkLabels) return line;
    return `${line}<circle class="mark-dot" cx="${labelAt}" cy="12" r="9"/><text class="mark-text" x="${labelAt}" y="16" text-anchor="middle">${escapeHtml(label)}</text>`;
  });
  return svg(name, { ...frame, height }, spec, [
    ...grid,
    ...timeAxis(spec.endSecond, x, frame),
    ...spec.layers.map((layer) => drawLayer(layer, x, y, frame)),
    ...marks,
  ]);
}

const LABEL_DISTANCE = 19;

/** Labels of marks that are close together are moved to the right until none covers another. */
function labelled(marks: readonly Mark[], x: Scale) {
  let last = Number.NEGATIVE_INFINITY;
  return marks.map(({ second, label }) => {
    const at = round(x(second));
    last = Math.max(at, last + LABEL_DISTANCE);
    return { at, labelAt: last, label };
  });
}

export function svg(
  screen: string,
  { width, height, left, right, top, bottom }: Frame & { readonly height: number },
  { description, endSecond }: { readonly description: string; readonly endSecond: number },
  content: readonly string[],
): string {
  const geometry = `data-left="${left}" data-right="${right}" data-width="${width}" data-end="${endSecond}"`;
  return `<svg class="chart ${screen}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(description)}" ${geometry}>${content.join("")}<line class="cursor" x1="0" x2="0" y1="${top}" y2="${bottom}"/></svg>`;
}

/** A label each 15 s to 10 min, not closer than they can be read. */
export function timeAxis(endSecond: number, x: (second: number) => number, frame: Frame): readonly string[] {
  const roomForCount = Math.max(2, Math.floor((frame.right - frame.left) / 60));
  const step =
    [15, 30, 60, 120, 300, 600, 1800, 3600].find((seconds) => endSecond / seconds <= roomForCount) ?? 7200;
  return Array.from({ length: Math.floor(endSecond / step) + 1 }, (_, count) => {
    const at = round(x(count * step));
    return (
      `<line class="grid" x1="${at}" x2="${at}" y1="${frame.bottom}" y2="${frame.bottom + 4}"/>` +
      `<text class="tick" x="${at}" y="${frame.bottom + 17}" text-anchor="middle">${clockText(count * step)}</text>`
    );
  });
}

/** A round number that is not below the value, and at least 1. */
export function niceMax(value: number): number {
  return nice(0, Math.max(value, 1), TICK_COUNT)[1];
}

const TICK_COUNT = 5;

/** Round whole numbers: servers and requests come in no other, and every other axis goes far enough. */
function axisTicks(yMax: number): readonly number[] {
  return ticks(0, yMax, TICK_COUNT).filter(Number.isInteger);
}

function drawLayer(
  layer: Layer,
  x: (second: number) => number,
  y: (value: number) => number,
  frame: Frame,
): string {
  switch (layer.kind) {
    case "bars": {
      const width = x(1) - x(0) + 0.2;
      return layer.points
        .filter(({ value }) => value !== undefined && value > 0)
        .map(({ second, value = 0 }) => {
          const top = Math.min(y(value), frame.bottom - LEAST_BAR_HEIGHT);
          return `<rect class="${layer.tone} fill" x="${round(x(second))}" y="${round(top)}" width="${round(width)}" height="${round(frame.bottom - top)}"/>`;
        })
        .join("");
    }
    case "line":
      return `<path class="${layer.tone} stroke" d="${linePath(layer.points, x, y)}"/>`;
    case "steps":
      return `<path class="${layer.tone} stroke" d="${stepsPath(layer.points, x, y)}"/>`;
    case "area": {
      const area = `<path class="${layer.tone} area" d="${areaUnder(layer.points, x, y, frame)}"/>`;
      return area + drawLayer({ ...layer, kind: "steps" }, x, y, frame);
    }
    case "band": {
      const [top, bottom] = [y(layer.to), y(layer.from)];
      return `<rect class="${layer.tone} band" x="${frame.left}" y="${round(top)}" width="${frame.right - frame.left}" height="${round(bottom - top)}"/>`;
    }
    case "rule": {
      const at = round(y(layer.at));
      return (
        `<line class="${layer.tone} rule" x1="${frame.left}" x2="${frame.right}" y1="${at}" y2="${at}"/>` +
        `<text class="tick" x="${frame.right - 2}" y="${at - 4}" text-anchor="end">${escapeHtml(layer.label)}</text>`
      );
    }
  }
}

/** One failure among many requests must be seen. */
const LEAST_BAR_HEIGHT = 5;

type Scale = (value: number) => number;

/** Lines between neighbours; a missing value breaks the line. */
function linePath(points: readonly Point[], x: Scale, y: Scale): string {
  let pen = "M";
  let d = "";
  for (const { second, value } of points) {
    if (value === undefined) {
      pen = "M";
      continue;
    }
    d += `${pen}${round(x(second + 0.5))} ${round(y(value))}`;
    pen = "L";
  }
  return d;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly value: number | undefined;
}

/** Seconds with the same value in a row, taken together. */
function runs(points: readonly Point[]): readonly Run[] {
  const found: Run[] = [];
  for (const { second, value } of points) {
    const last = found.at(-1);
    if (last?.value === value && last !== undefined) found[found.length - 1] = { ...last, to: second + 1 };
    else found.push({ from: second, to: second + 1, value });
  }
  return found;
}

function stepsPath(points: readonly Point[], x: Scale, y: Scale): string {
  let connected = false;
  return runs(points)
    .map(({ from, to, value }) => {
      const pen = connected ? "L" : "M";
      connected = value !== undefined;
      return value === undefined ? "" : `${pen}${round(x(from))} ${round(y(value))}H${round(x(to))}`;
    })
    .join("");
}

function areaUnder(points: readonly Point[], x: Scale, y: Scale, frame: Frame): string {
  return runs(points)
    .flatMap(({ from, to, value }) =>
      value === undefined
        ? []
        : [`M${round(x(from))} ${frame.bottom}V${round(y(value))}H${round(x(to))}V${frame.bottom}Z`],
    )
    .join("");
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
