import type { DashboardSpec, PanelSpec } from "../../infra/alerting/dashboards/panel-spec.ts";
import type { Range, Series } from "./range-query.ts";

/** A drawn series with the text of its legend. */
export interface Line {
  readonly name: string;
  readonly points: Series["points"];
}

export interface PanelData {
  readonly panel: PanelSpec;
  readonly lines: readonly Line[];
}

export interface PictureData {
  readonly spec: DashboardSpec;
  readonly range: Range;
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelData[] }[];
  readonly marks: readonly { readonly second: number; readonly color: string }[];
  /** Says where the data is from; stands below the title. */
  readonly note: string;
}

const COLUMN = 50;
const UNIT = 30;
const GAP = 8;
const WIDTH = 24 * COLUMN;
const HEAD = 64;
const TONES = ["#5794f2", "#73bf69", "#ff9830", "#b877d9", "#f2495c", "#37b6b0", "#fade2a", "#8ab8ff"];
const LINE_TONES = { green: "#56a64b", orange: "#ff780a", red: "#e02f44" } as const;
const INK = {
  page: "#111217",
  panel: "#181b1f",
  edge: "#2b2f36",
  text: "#d8d9da",
  faint: "#8e9196",
  grid: "#24272c",
};

/** One dashboard as an SVG, panel for panel as its specification says. */
export function picture(data: PictureData): string {
  const parts: string[] = [];
  let y = HEAD;
  for (const { title, panels } of data.rows) {
    parts.push(text(GAP, y + 20, title, { size: 14, weight: 600 }));
    y += UNIT;
    let x = 0;
    let lineHeight = 0;
    for (const each of panels) {
      if (x + each.panel.width > 24) {
        y += lineHeight * UNIT;
        [x, lineHeight] = [0, 0];
      }
      parts.push(panelAt(each, data, x * COLUMN, y));
      x += each.panel.width;
      lineHeight = Math.max(lineHeight, each.panel.height);
    }
    y += lineHeight * UNIT;
  }
  const height = y + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(`${data.spec.title}. ${data.note}`)}" font-family="Inter, Helvetica, Arial, sans-serif">`,
    `<rect width="${WIDTH}" height="${height}" fill="${INK.page}"/>`,
    text(GAP, 28, data.spec.title, { size: 20, weight: 600 }),
    text(GAP, 50, data.note, { size: 12, fill: INK.faint }),
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function panelAt({ panel, lines }: PanelData, data: PictureData, x: number, y: number): string {
  const box = { w: panel.width * COLUMN - GAP, h: panel.height * UNIT - GAP };
  const inside = panel.kind === "number" ? number(panel, lines, box) : graph(panel, lines, data, box);
  return [
    `<g transform="translate(${x + GAP / 2} ${y})">`,
    `<rect width="${box.w}" height="${box.h}" rx="3" fill="${INK.panel}" stroke="${INK.edge}"/>`,
    text(10, 19, panel.title, { size: 12.5, weight: 600 }),
    inside,
    "</g>",
  ].join("");
}

interface Box {
  readonly w: number;
  readonly h: number;
}

function number(panel: PanelSpec, lines: readonly Line[], { w, h }: Box): string {
  const value = lines[0]?.points.at(-1)?.[1];
  if (value === undefined)
    return text(w / 2, h / 2 + 14, panel.empty, { size: 16, fill: INK.faint, anchor: "middle" });
  const passed = [...(panel.lines ?? [])].reverse().find(({ at }) => value >= at);
  const base = panel.lines?.[0]?.color === "green" ? TONES[0] : LINE_TONES.green;
  const fill = passed === undefined ? base : LINE_TONES[passed.color];
  return text(w / 2, h / 2 + 22, valueText(value, panel), {
    size: 32,
    weight: 600,
    fill: fill ?? INK.text,
    anchor: "middle",
  });
}

function graph(
  panel: PanelSpec,
  lines: readonly Line[],
  { range, marks }: PictureData,
  { w, h }: Box,
): string {
  const frame = { left: 62, right: w - 12, top: 32, bottom: h - 54 };
  if (lines.every(({ points }) => points.length === 0)) {
    return text(w / 2, h / 2 + 6, panel.empty, { size: 14, fill: INK.faint, anchor: "middle" });
  }
  const drawn = panel.isStacked === true ? stacked(lines) : lines;
  const values = drawn.flatMap(({ points }) => points.map(([, value]) => value));
  const lineValues = (panel.lines ?? []).map(({ at }) => at);
  const top =
    panel.max ??
    niceTop(Math.max(0, ...values, ...lineValues.filter((at) => at <= 3 * Math.max(1, ...values))));
  const scaleX = (second: number) =>
    frame.left +
    ((second - range.fromSecond) / (range.toSecond - range.fromSecond)) * (frame.right - frame.left);
  const scaleY = (value: number) =>
    frame.bottom - (Math.min(Math.max(value, 0), top) / top) * (frame.bottom - frame.top);

  const steps = panel.decimals === 0 && top < 4 ? Math.ceil(top) : 4;
  const grid = Array.from({ length: steps + 1 }, (_, at) => (top * at) / steps).map(
    (value) =>
      `<path d="M${frame.left} ${r(scaleY(value))}H${frame.right}" stroke="${INK.grid}"/>` +
      text(frame.left - 6, scaleY(value) + 4, valueText(value, panel), {
        size: 10.5,
        fill: INK.faint,
        anchor: "end",
      }),
  );
  const times = timeTicks(range).map((second) =>
    text(scaleX(second), frame.bottom + 15, minutes(second - range.fromSecond), {
      size: 10.5,
      fill: INK.faint,
      anchor: "middle",
    }),
  );
  const decisions = marks.map(
    ({ second, color }) =>
      `<path d="M${r(scaleX(second))} ${frame.top}V${frame.bottom}" stroke="${color}" stroke-opacity="0.55" stroke-dasharray="2 3"/>`,
  );
  const limits = (panel.lines ?? [])
    .filter(({ at }) => at <= top)
    .map(
      ({ at, color }) =>
        `<path d="M${frame.left} ${r(scaleY(at))}H${frame.right}" stroke="${LINE_TONES[color]}" stroke-dasharray="6 4"/>`,
    );
  const paths = drawn.map(({ points }, at) => {
    const tone = TONES[at % TONES.length] ?? INK.text;
    const segments = pathOf(points, range, scaleX, scaleY, panel.isStepped === true);
    return `<path d="${segments}" fill="none" stroke="${tone}" stroke-width="1.8" stroke-linejoin="round"/>`;
  });
  return [
    ...grid,
    ...times,
    ...limits,
    ...decisions,
    ...paths.reverse(),
    legend(panel, lines, frame, h),
  ].join("");
}

function legend(
  panel: PanelSpec,
  lines: readonly Line[],
  { left, right }: { readonly left: number; readonly right: number },
  h: number,
): string {
  const entries = [
    ...lines.map(({ name }, at) => ({ name, tone: TONES[at % TONES.length] ?? INK.text })),
    ...(panel.lines ?? []).map(({ at, color, meaning }) => ({
      name: `${meaning} ${valueText(at, panel)}`,
      tone: LINE_TONES[color],
    })),
  ];
  const start = left - 50;
  let [x, y] = [start, h - 23];
  const shown: string[] = [];
  for (const { name, tone } of entries) {
    const width = 18 + name.length * 5.8;
    if (x + width > right) [x, y] = [start, y + 14];
    if (y > h - 8) break;
    shown.push(
      `<path d="M${r(x)} ${y - 4}h12" stroke="${tone}" stroke-width="2.5"/>`,
      text(x + 16, y, name, { size: 10.5 }),
    );
    x += width + 10;
  }
  return shown.join("");
}

/** A missing step breaks the line. */
function pathOf(
  points: Series["points"],
  { stepSeconds }: Range,
  x: (second: number) => number,
  y: (value: number) => number,
  isStepped: boolean,
): string {
  let d = "";
  let last: readonly [number, number] | undefined;
  for (const [second, value] of points) {
    const isJoined = last !== undefined && second - last[0] <= 2 * stepSeconds;
    if (isJoined && isStepped) d += `H${r(x(second))}V${r(y(value))}`;
    else d += `${isJoined ? "L" : "M"}${r(x(second))} ${r(y(value))}`;
    last = [second, value];
  }
  return d;
}

function stacked(lines: readonly Line[]): readonly Line[] {
  const below = new Map<number, number>();
  return lines.map(({ name, points }) => ({
    name,
    points: points.map(([second, value]) => {
      const sum = (below.get(second) ?? 0) + value;
      below.set(second, sum);
      return [second, sum] as const;
    }),
  }));
}

function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 5, 8, 10].find((factor) => factor * power >= value) ?? 10);
}

function timeTicks({ fromSecond, toSecond }: Range): readonly number[] {
  const length = toSecond - fromSecond;
  const step = [60, 120, 300, 600, 1800, 3600].find((seconds) => length / seconds <= 8) ?? 7200;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, at) => fromSecond + at * step);
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
}

/** As Grafana prints the units that our panels have. */
export function valueText(value: number, { unit, decimals }: Pick<PanelSpec, "unit" | "decimals">): string {
  const plain = (digits: number) => String(Number(value.toFixed(decimals ?? digits)));
  switch (unit) {
    case "percent":
      return `${plain(1)}%`;
    case "s":
      return value >= 120
        ? `${Math.round(value / 60)} min`
        : value < 1 && value > 0
          ? `${Math.round(value * 1000)} ms`
          : `${plain(1)} s`;
    case "d":
      return `${plain(0)} days`;
    case "currencyIDR":
      return `Rp ${Math.round(value).toLocaleString("en-US").replaceAll(",", " ")}`;
    case "Bps":
      return value >= 1e6
        ? `${(value / 1e6).toFixed(1)} MB/s`
        : value >= 1e3
          ? `${(value / 1e3).toFixed(0)} kB/s`
          : `${value.toFixed(0)} B/s`;
    case "reqps":
      return `${plain(2)} req/s`;
    default:
      return plain(2);
  }
}

interface TextStyle {
  readonly size: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: "middle" | "end";
}

function text(
  x: number,
  y: number,
  content: string,
  { size, weight = 400, fill = INK.text, anchor }: TextStyle,
): string {
  const anchored = anchor === undefined ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${r(x)}" y="${r(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}"${anchored}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function r(value: number): number {
  return Math.round(value * 10) / 10;
}
