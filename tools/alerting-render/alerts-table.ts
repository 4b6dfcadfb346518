import { type AlertRule, durationText } from "./model/alert-rule.ts";
import { alertRules } from "./model/rules.ts";
import type { AlertingSettings } from "./model/settings.ts";

/** The table of docs/alerts.md, in the form in which the formatter leaves it. */
export function alertsTable(settings: AlertingSettings): string {
  const header = ["Alert", "For", "Fires when", "Meaning", "Artinya"];
  const rows = alertRules(settings).map((rule) => [
    `[${rule.name}](runbook.md#${rule.runbookAnchor})`,
    rule.audience === "scaler" ? "the scaler" : `you (${rule.labels["severity"]})`,
    condition(rule),
    plain(rule.summary.en),
    plain(rule.summary.id),
  ]);
  const widths = header.map((_, at) => Math.max(...[header, ...rows].map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [header, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n");
}

function condition({ comparison, threshold, forSeconds }: AlertRule): string {
  const how = comparison === ">" ? "above" : "below";
  return `value ${how} ${threshold}${forSeconds === 0 ? "" : ` for ${durationText(forSeconds)}`}`;
}

function plain(text: string): string {
  return text.replaceAll("{VALUE}", "_n_").replaceAll("{{ $labels.server }}", "_server_");
}

const START = "<!-- alerts: written by `npm run alerting:render` -->";
const END = "<!-- end of alerts -->";

/**
 * The text with its table replaced.
 *
 * @throws when the text has no place for it.
 */
export function withAlertsTable(text: string, table: string): string {
  const [before, rest] = text.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error("the text has no place for the table of alerts");
  return `${before}${START}\n\n${table}\n\n${END}${after}`;
}
