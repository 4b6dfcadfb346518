import {
  NotificationSettingsBuilder,
  QueryBuilder,
  RuleBuilder,
  RuleGroupBuilder,
} from "@grafana/grafana-foundation-sdk/alerting";
import { TypeThresholdBuilder } from "@grafana/grafana-foundation-sdk/expr";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { canonical, type RuleGroup } from "../grafana-api/objects.ts";
import { type AlertRule, annotationsOf, durationText } from "../model/alert-rule.ts";
import type { Identity } from "../model/identity.ts";

/** Grafana's scheduler ticks every 10 s and refuses an interval that is no multiple of it. */
export const EVALUATION_SECONDS = 10;

export interface RuleGroupSettings {
  readonly identity: Identity;
  readonly rules: readonly AlertRule[];
  readonly runbookUrl: string;
  /** Whether the operator's receiver exists; without it his alarms go where the organisation's own policy says. */
  readonly hasOperatorReceiver: boolean;
}

/** All rules as one group, in the form of the HTTP API. The SDK's defaults that would do harm are all set. */
export function grafanaRuleGroup(settings: RuleGroupSettings): RuleGroup {
  const { identity, rules } = settings;
  const group = new RuleGroupBuilder(identity.groupName)
    .folderUid(identity.folderUid)
    .interval(EVALUATION_SECONDS)
    .rules(rules.map((rule) => grafanaRule(rule, settings)))
    .build();
  return canonical(group) as RuleGroup;
}

const STATES = {
  keep: { noData: "KeepLast", error: "KeepLast" },
  fire: { noData: "Alerting", error: "Alerting" },
  quiet: { noData: "OK", error: "KeepLast" },
} as const;

function grafanaRule(rule: AlertRule, settings: RuleGroupSettings): RuleBuilder {
  const { identity, runbookUrl } = settings;
  const states = STATES[rule.withoutData];
  const builder = new RuleBuilder(rule.name)
    .uid(identity.uid(rule.name.replace(/\B(?=[A-Z])/g, "-").toLowerCase()))
    .folderUID(identity.folderUid)
    .ruleGroup(identity.groupName)
    .orgID(1)
    .condition("B")
    .forDuration(durationText(rule.forSeconds))
    .keepFiringFor("0s")
    .missingSeriesEvalsToResolve(2)
    .noDataState(states.noData)
    .execErrState(states.error)
    .isPaused(false)
    .labels({ ...rule.labels })
    .annotations({
      ...annotationsOf(rule, runbookUrl, '{{ $values.A.Value | printf "%.0f" }}'),
      __dashboardUid__: identity.uid(rule.panel.dashboard),
      __panelId__: String(rule.panel.id),
    })
    .queries([prometheusQuery("A", rule.expr, identity), thresholdOf("B", "A", rule)]);
  const route = routeOf(rule, settings);
  return route === undefined ? builder : builder.notificationSettings(route);
}

function prometheusQuery(refId: string, expr: string, { dataSourceUid }: Identity): QueryBuilder {
  return new QueryBuilder(refId)
    .datasourceUid(dataSourceUid)
    .queryType("")
    .relativeTimeRange({ from: 60, to: 0 }) // Grafana refuses a data query without it, an instant one too
    .model(
      new DataqueryBuilder()
        .datasource({ type: "prometheus", uid: dataSourceUid })
        .expr(expr)
        .instant()
        .intervalMs(1000) // these two Grafana adds on save; sent along, an unchanged rule compares equal
        .maxDataPoints(43_200)
        .refId(refId),
    );
}

function thresholdOf(refId: string, input: string, { comparison, threshold }: AlertRule): QueryBuilder {
  return new QueryBuilder(refId)
    .datasourceUid("__expr__")
    .queryType("")
    .relativeTimeRange({ from: 0, to: 0 })
    .model(
      new TypeThresholdBuilder()
        .datasource({ type: "__expr__", uid: "__expr__" })
        .expression(input)
        .conditions([{ evaluator: { type: comparison === ">" ? "gt" : "lt", params: [threshold] } }])
        .intervalMs(1000)
        .maxDataPoints(43_200)
        .refId(refId),
    );
}

/**
 * Routing on the rule: the organisation's one policy tree stays its owner's. The repeat of the scaler's
 * alerts is a little shorter than the group's interval, or every second one is skipped.
 */
function routeOf(
  { audience }: AlertRule,
  { identity, hasOperatorReceiver }: RuleGroupSettings,
): NotificationSettingsBuilder | undefined {
  const route = new NotificationSettingsBuilder().groupBy(["grafana_folder", "alertname"]);
  if (audience === "scaler") {
    return route.receiver(identity.scalerReceiver).groupWait("0s").groupInterval("30s").repeatInterval("25s");
  }
  if (!hasOperatorReceiver) return undefined;
  return route.receiver(identity.operatorReceiver).groupWait("30s").groupInterval("5m").repeatInterval("4h");
}
