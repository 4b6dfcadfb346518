import {
  type AlertingSettings,
  alertingParts,
  contactSecrets,
  GRAFANA_APPLY,
  grafanaObjects,
  resolveSecrets,
  SECRET,
} from "@autoscaler/alerting";
import { ports } from "@autoscaler/contracts/ports.ts";
import type { AlertingParts } from "@autoscaler/provisioning";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";
import { GrafanaObjects } from "../dynamic-providers/grafana-objects.ts";
import type { Machine } from "./machine.ts";
import { bounded, QUIET } from "./release.ts";
import type { Tokens } from "./tokens.ts";

export interface AlertingArgs {
  readonly config: StackConfig;
  /** Where Prometheus and the scaler run. */
  readonly machine: Machine;
  readonly tokens: Tokens;
}

/** Rules, contact points and dashboards in Grafana: the monitor VM's own, or one that somebody else runs. */
export class Alerting extends pulumi.ComponentResource {
  constructor(
    name: string,
    { config, machine, tokens }: AlertingArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("autoscaler:infra:Alerting", name, {}, opts);
    const { alerting } = config.monitoring;
    const objects = pulumi.secret(
      pulumi
        .all([machine.privateIpv4, tokens.webhook, tokens.webhookHmac])
        .apply(([privateIpv4, webhookToken, webhookHmac]) =>
          objectsInClear(config, alertingUrls(config, privateIpv4), { webhookToken, webhookHmac }),
        ),
    );
    // In version 0.1.0 both were the monitoring component's.
    const aliases = [
      { name: "monitoring-grafana", parent: pulumi.createUrn("monitoring", "autoscaler:infra:Monitoring") },
    ];
    if (alerting.kind === "grafana") {
      new remote.Command(
        `${name}-grafana`,
        {
          connection: machine.directConnection(),
          create: bounded(
            `sudo timeout -k 10 600 /opt/autoscaler/bin/node ${GRAFANA_APPLY}`,
            "Grafana's set-up",
          ),
          stdin: objects,
          triggers: [machine.vmUuid],
          ...QUIET,
        },
        { parent: this, aliases },
      );
    }
    if (alerting.kind === "external-grafana") {
      new GrafanaObjects(
        `${name}-grafana`,
        { url: alerting.url, token: pulumi.secret(alerting.token), objects },
        { parent: this, aliases },
      );
    }
    this.registerOutputs({});
  }
}

/** What the monitor VM holds for its alerts. */
export function machineAlerting(
  config: StackConfig,
  tokens: Tokens,
  applyProgram: () => string,
): pulumi.Output<AlertingParts> {
  const { alerting: engine, notifications } = config.monitoring;
  const settings = alertingSettings(config, pulumi.getStack());
  return pulumi
    .all([tokens.grafanaAdmin, tokens.grafanaSecretKey])
    .apply(([adminPassword, secretKey]) =>
      alertingParts({ engine, settings, notifications, grafana: { adminPassword, secretKey, applyProgram } }),
    );
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

interface AlertingUrls {
  /** Where Grafana reaches the scaler, and Prometheus. */
  readonly webhookUrl: string;
  readonly prometheusUrl: string;
}

/** For a Grafana on the monitor VM everything is on its loopback, for one elsewhere at the private address. */
export function alertingUrls({ monitoring: { alerting } }: StackConfig, privateIpv4: string): AlertingUrls {
  const given = alerting.kind === "external-grafana" ? alerting : undefined;
  const host = given === undefined ? "127.0.0.1" : privateIpv4;
  return {
    webhookUrl: `${given?.scalerUrl ?? `http://${host}:${ports.scaler}`}/v1/alerts`,
    prometheusUrl: given?.prometheusUrl ?? `http://${host}:${ports.prometheus}`,
  };
}

function objectsInClear(
  config: StackConfig,
  urls: AlertingUrls,
  { webhookToken, webhookHmac }: { readonly webhookToken: string; readonly webhookHmac: string },
): string {
  const { notifications } = config.monitoring;
  const objects = grafanaObjects({
    alerting: alertingSettings(config, pulumi.getStack()),
    notifications,
    ...urls,
  });
  const secrets: Readonly<Record<string, string>> = {
    [SECRET.webhookToken]: webhookToken,
    [SECRET.webhookHmac]: webhookHmac,
    ...contactSecrets(notifications),
  };
  return JSON.stringify(resolveSecrets(objects, (name) => secrets[name] ?? ""));
}
