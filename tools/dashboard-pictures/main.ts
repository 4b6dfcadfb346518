import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runMain } from "@autoscaler/service-kit";
import { Command, InvalidArgumentError } from "commander";
import { autoscalingDashboard } from "../../infra/alerting/dashboards/autoscaling.ts";
import type { DashboardSpec, PanelSpec } from "../../infra/alerting/dashboards/panel-spec.ts";
import { serversDashboard } from "../../infra/alerting/dashboards/servers.ts";
import { alertingSettings } from "../../infra/components/alerting.ts";
import { readStackFile } from "../stack-file.ts";
import { type Line, type PanelData, picture } from "./picture.ts";
import { type Range, rangeQuery } from "./range-query.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const MARK_TONES = { red: "#f2495c", blue: "#5794f2" } as const;

interface Options {
  readonly prometheus: string;
  readonly stack: string;
  readonly from: number;
  readonly to: number;
  readonly out: string;
}

async function draw({ prometheus, stack, from, to, out }: Options): Promise<void> {
  const stackText = await readFile(join(REPOSITORY, `Pulumi.${stack}.yaml`), "utf8");
  const settings = alertingSettings(readStackFile(stackText, stack), stack);
  const range = { fromSecond: from, toSecond: to, stepSeconds: settings.scrapeIntervalSeconds };
  await mkdir(out, { recursive: true });
  for (const spec of [autoscalingDashboard(settings), serversDashboard(settings)]) {
    const file = join(out, `dashboard-${spec.slug}.svg`);
    await writeFile(file, await drawOne(spec, range, prometheus));
    process.stdout.write(`${file}\n`);
  }
}

async function drawOne(spec: DashboardSpec, range: Range, prometheus: string): Promise<string> {
  const rows = [];
  for (const { title, panels } of spec.rows) {
    const drawn: PanelData[] = [];
    for (const panel of panels) drawn.push({ panel, lines: await linesOf(panel, range, prometheus) });
    rows.push({ title, panels: drawn });
  }
  const marks = [];
  for (const { expr, color } of spec.marks) {
    const [series] = await rangeQuery(prometheus, expr, range);
    const starts = (series?.points ?? []).filter(
      ([second], at, all) => second - (all[at - 1]?.[0] ?? 0) > 2 * range.stepSeconds,
    );
    marks.push(...starts.map(([second]) => ({ second, color: MARK_TONES[color] })));
  }
  const note =
    "Drawn by this repository, not a screenshot of Grafana: the dashboard's own queries, over the Prometheus data of a real run on the local cloud.";
  return picture({ spec, range, rows, marks, note });
}

async function linesOf({ targets }: PanelSpec, range: Range, prometheus: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const { expr, legend } of targets) {
    const found = (await rangeQuery(prometheus, expr, range)).map(({ labels, points }) => ({
      name: legend.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => labels[name] ?? ""),
      points,
    }));
    lines.push(...found.sort((a, b) => (a.name < b.name ? -1 : 1)));
  }
  return lines;
}

function second(value: string): number {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw new InvalidArgumentError("give a time such as 2026-11-25T03:18:00Z");
  return Math.floor(ms / 1000);
}

const command = new Command("npm run alerting:pictures --")
  .description(
    "Draws the dashboards as SVG files for the README, with their own queries over the data of a Prometheus that has seen a real run on the local cloud.",
  )
  .requiredOption("--from <time>", "start of the run", second)
  .requiredOption("--to <time>", "end of the run", second)
  .option("--prometheus <url>", "Prometheus to ask", "http://127.0.0.1:9090")
  .option("--stack <name>", "whose policy the lines show", "local")
  .option("--out <folder>", "where the pictures go", "docs/images")
  .action(draw);

await runMain(async () => {
  await command.parseAsync();
});
