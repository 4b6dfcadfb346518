import { autoscalingDashboard } from "../dashboards/autoscaling.ts";
import { serversDashboard } from "../dashboards/servers.ts";
import { canonical, type GrafanaObjects } from "../grafana-api/objects.ts";
import { identityOf } from "../model/identity.ts";
import { hasReceivers, type Notifications } from "../model/notifications.ts";
import { alertRules } from "../model/rules.ts";
import type { AlertingSettings } from "../model/settings.ts";
import { contactPoints } from "./contact-points.ts";
import { grafanaDashboard } from "./dashboard.ts";
import { grafanaRuleGroup } from "./rule-group.ts";

export interface GrafanaSettings {
  readonly alerting: AlertingSettings;
  /** Where Grafana reaches the scaler. */
  readonly webhookUrl: string;
  /** Where Grafana reaches Prometheus. */
  readonly prometheusUrl: string;
  readonly notifications: Notifications;
}

/** Everything we own in Grafana, in the form of its HTTP API; secrets are references. */
export function grafanaObjects(settings: GrafanaSettings): GrafanaObjects {
  const { alerting, notifications } = settings;
  const identity = identityOf(alerting);
  const { scrapeIntervalSeconds } = alerting;
  const refreshSeconds = Math.max(5, scrapeIntervalSeconds);
  return {
    uidPrefix: identity.uid(""),
    folder: { uid: identity.folderUid, title: identity.folderTitle },
    dataSource: canonical({
      uid: identity.dataSourceUid,
      name: identity.dataSourceName,
      type: "prometheus",
      access: "proxy",
      url: settings.prometheusUrl,
      isDefault: false,
      jsonData: { httpMethod: "POST", timeInterval: `${scrapeIntervalSeconds}s` },
    }) as GrafanaObjects["dataSource"],
    contactPoints: contactPoints(identity, settings.webhookUrl, notifications),
    ruleGroup: grafanaRuleGroup({
      identity,
      rules: alertRules(alerting),
      runbookUrl: alerting.runbookUrl,
      hasOperatorReceiver: hasReceivers(notifications),
    }),
    dashboards: [autoscalingDashboard(alerting), serversDashboard(alerting)].map((spec) =>
      grafanaDashboard(spec, identity, refreshSeconds),
    ),
  };
}
