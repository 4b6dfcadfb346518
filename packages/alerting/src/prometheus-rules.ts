import { stringify } from "yaml";
import { type AlertRule, annotationsOf, durationText } from "./model/alert-rule.ts";
import { identityOf } from "./model/identity.ts";
import { alertRules } from "./model/rules.ts";
import type { AlertingSettings } from "./model/settings.ts";

/** The alerts for Prometheus's own rule engine, with the names and labels that Grafana's have. */
export function prometheusRules(settings: AlertingSettings): string {
  const { groupName } = identityOf(settings);
  const rules = alertRules(settings).map((rule) => prometheusRule(rule, settings.runbookUrl));
  return stringify({ groups: [{ name: groupName, rules }] }, { lineWidth: 0 });
}

function prometheusRule(rule: AlertRule, runbookUrl: string) {
  return {
    alert: rule.name,
    expr: `(${rule.expr}) ${rule.comparison} ${rule.threshold}`,
    for: durationText(rule.forSeconds),
    labels: rule.labels,
    annotations: annotationsOf(rule, runbookUrl, '{{ $value | printf "%.0f" }}'),
  };
}
