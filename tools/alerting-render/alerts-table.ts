import { type AlertRule, durationText } from "@autoscaler/alerting/model/alert-rule.ts";
import { alertRules } from "@autoscaler/alerting/model/rules.ts";
import type { AlertingSettings } from "@autoscaler/alerting/model/settings.ts";
import { markdownTable } from "../markdown-table.ts";

/** The table of docs/alerts.md, in the form in which the formatter leaves it. */
export function alertsTable(settings: AlertingSettings): string {
  const header = ["Alert", "For", "Fires when", "Meaning", "Artinya"];
  const rows = alertRules(settings).map((rule) => [
    `[${rule.name}](runbook.md#${rule.name.toLowerCase()})`,
    rule.audience === "scaler" ? "the scaler" : `you (${rule.labels["severity"]})`,
    condition(rule),
    plain(rule.summary.en),
    plain(rule.summary.id),
  ]);
  return markdownTable(header, rows);
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
