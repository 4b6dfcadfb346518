import { escapeHtml } from "@autoscaler/service-kit";
import { clockText } from "../format.ts";
import type { ServerLife } from "../result.ts";
import { type Mark, round, SCREENS, svg, timeAxis } from "./chart.ts";

const ROW_HEIGHT = 34;
const TONES: Readonly<Record<string, string>> = {
  planned: "life-starting",
  creating: "life-starting",
  booting: "life-starting",
  probing: "life-starting",
  warming: "life-warming",
  serving: "life-serving",
  draining: "life-draining",
  deleting: "life-leaving",
  failed: "life-failed",
};

/** A row a server, a bar a phase, on the same time axis as the other charts. */
export function livesChart(
  servers: readonly ServerLife[],
  endSecond: number,
  marks: readonly Mark[],
): string {
  return SCREENS.map(({ name, width }) => {
    const height = servers.length * ROW_HEIGHT + 30;
    const frame = { width, height, left: 54, right: width - 10, top: 4, bottom: height - 22 };
    const x = (second: number) => frame.left + (second / Math.max(1, endSecond)) * (frame.right - frame.left);
    const rows = servers.map(({ name: server, role, phases }, at) => {
      const top = frame.top + at * ROW_HEIGHT;
      const bars = phases.map(({ phase, fromSecond, toSecond }) => {
        const tone = TONES[phase];
        if (tone === undefined) return "";
        const title = `${phase} from ${clockText(fromSecond)} to ${clockText(toSecond)}`;
        return `<rect class="${tone} fill" x="${round(x(fromSecond))}" y="${top + 15}" width="${round(Math.max(1, x(toSecond) - x(fromSecond)))}" height="13" rx="2"><title>${escapeHtml(title)}</title></rect>`;
      });
      const label = `${server}${role === "seed" && !server.endsWith("seed") ? " (seed)" : ""}`;
      return `<text class="tick row" x="${frame.left}" y="${top + 11}">${escapeHtml(label)}</text>${bars.join("")}`;
    });
    const lines = marks.map(({ second }) => {
      const at = round(x(second));
      return `<line class="mark" x1="${at}" x2="${at}" y1="${frame.top}" y2="${frame.bottom}"/>`;
    });
    const description = `Phases of ${servers.length} servers over time: ${servers.map(describe).join("; ")}.`;
    return svg(name, frame, { description, endSecond }, [
      ...timeAxis(endSecond, x, frame),
      ...lines,
      ...rows,
    ]);
  }).join("\n");
}

function describe({ name, phases }: ServerLife): string {
  return `${name}: ${phases.map(({ phase, fromSecond }) => `${phase} from ${clockText(fromSecond)}`).join(", ")}`;
}
