import { stringify } from "yaml";
import { type AlertRule, durationText, type Words } from "./model/alert-rule.ts";
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
    annotations: {
      ...texts("summary", rule.summary),
      ...texts("description", rule.description),
      runbook_url: `${runbookUrl}#${rule.runbookAnchor}`,
    },
  };
}

function texts(name: string, { en, id }: Words): Readonly<Record<string, string>> {
  const withValue = (text: string) => text.replaceAll("{VALUE}", '{{ $value | printf "%.0f" }}');
  return { [name]: withValue(en), [`${name}_id`]: withValue(id) };
}
