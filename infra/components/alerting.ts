import { readFileSync } from "node:fs";
import type { GrafanaObjects as Objects } from "@autoscaler/grafana/objects.ts";
import { GRAFANA_DASHBOARDS, type MonitoringAlerting } from "@autoscaler/provisioning";
import { alertmanagerConfiguration } from "../alerting/alertmanager.ts";
import { grafanaObjects } from "../alerting/grafana/objects.ts";
import { resolveSecrets } from "../alerting/grafana/secrets.ts";
import { wantedFiles } from "../alerting/grafana/wanted-files.ts";
import { contactCredentials, contactSecrets, SECRET } from "../alerting/model/notifications.ts";
import type { AlertingSettings } from "../alerting/model/settings.ts";
import { prometheusRules } from "../alerting/prometheus-rules.ts";
import type { StackConfig } from "../config.ts";

export const grafanaApplyUrl = new URL("../../cloud-init/grafana-apply.py", import.meta.url);

/** Known only while the stack is made. */
export interface AlertingFacts {
  readonly privateIpv4: string;
  readonly webhookToken: string;
  readonly webhookHmac: string;
  readonly grafanaAdmin: string;
}

export function alertingSettings({ pool, monitoring }: StackConfig, stack: string): AlertingSettings {
  const { cpuWindowSeconds, scrapeIntervalSeconds, tickIntervalMs, rupiahPerServerHour, runbookUrl } =
    monitoring;
  return {
    stack,
    pool: pool.name,
    policy: pool.policy,
    cpuWindowSeconds,
    scrapeIntervalSeconds,
    tickIntervalMs,
    rupiahPerServerHour,
    runbookUrl,
  };
}

/** What the monitor VM holds for its alerts, by who evaluates them. */
export function monitoringAlerting(
  config: StackConfig,
  stack: string,
  { webhookHmac, grafanaAdmin }: Pick<AlertingFacts, "webhookHmac" | "grafanaAdmin">,
): MonitoringAlerting {
  const settings = alertingSettings(config, stack);
  const { alerting, notifications } = config.monitoring;
  switch (alerting.kind) {
    case "prometheus":
      return {
        kind: "prometheus",
        rules: prometheusRules(settings),
        alertmanager: alertmanagerConfiguration(notifications),
      };
    case "external-grafana":
      return { kind: "external-grafana" };
    case "grafana": {
      const { email } = notifications;
      return {
        kind: "grafana",
        grafana: {
          adminPassword: grafanaAdmin,
          secrets: { [SECRET.webhookHmac]: webhookHmac, ...contactCredentials(notifications) },
          ...(email && {
            smtp: {
              address: email.smtp.address,
              from: email.smtp.from,
              ...(email.smtp.user === undefined ? {} : { user: email.smtp.user }),
            },
          }),
          wanted: wantedFiles(ownGrafanaObjects(config, stack), settings, GRAFANA_DASHBOARDS),
          applyProgram: readFileSync(grafanaApplyUrl, "utf8"),
        },
      };
    }
  }
}

/** For the Grafana on the monitor VM: everything is on its loopback. */
export function ownGrafanaObjects(config: StackConfig, stack: string): Objects {
  return grafanaObjects({
    alerting: alertingSettings(config, stack),
    notifications: config.monitoring.notifications,
    webhookUrl: "http://127.0.0.1:4000/v1/alerts",
    prometheusUrl: "http://127.0.0.1:9090",
  });
}

/** For a Grafana elsewhere: the monitor VM's private address, or what the configuration says; secrets in clear. */
export function externalGrafanaObjects(
  config: StackConfig,
  stack: string,
  { privateIpv4, webhookToken, webhookHmac }: Omit<AlertingFacts, "grafanaAdmin">,
): string {
  const { alerting, notifications } = config.monitoring;
  const given = alerting.kind === "external-grafana" ? alerting : undefined;
  const objects = grafanaObjects({
    alerting: alertingSettings(config, stack),
    notifications,
    webhookUrl: `${given?.scalerUrl ?? `http://${privateIpv4}:4000`}/v1/alerts`,
    prometheusUrl: given?.prometheusUrl ?? `http://${privateIpv4}:9090`,
  });
  const secrets: Readonly<Record<string, string>> = {
    [SECRET.webhookToken]: webhookToken,
    [SECRET.webhookHmac]: webhookHmac,
    ...contactSecrets(notifications),
  };
  return JSON.stringify(resolveSecrets(JSON.parse(JSON.stringify(objects)), (name) => secrets[name] ?? ""));
}
