import type { ArtifactName } from "@autoscaler/provisioning/artifacts.ts";
import { type AlertingParts, noAlertingParts } from "@autoscaler/provisioning/roles/alerting-parts.ts";
import { alertmanagerConfiguration } from "../alertmanager.ts";
import type { Notifications } from "../model/notifications.ts";
import type { AlertingSettings } from "../model/settings.ts";
import { prometheusRules } from "../prometheus-rules.ts";
import { alertmanagerParts } from "./alertmanager.ts";
import { type GrafanaSecrets, grafanaParts } from "./grafana.ts";

export { GRAFANA_APPLY } from "./grafana.ts";

/** What evaluates the alerts and tells the scaler. */
export type AlertingEngine =
  /** Grafana on the monitor VM. */
  | { readonly kind: "grafana" }
  /** Prometheus's own rule engine and Alertmanager on the monitor VM. */
  | { readonly kind: "prometheus" }
  /** A Grafana that somebody else runs; it must reach Prometheus and the scaler. */
  | {
      readonly kind: "external-grafana";
      readonly url: string;
      /** In clear: wrap it in `pulumi.secret` before it goes anywhere. */
      readonly token: string;
      /** Absent: the monitor VM's private address. */
      readonly prometheusUrl?: string;
      readonly scalerUrl?: string;
    };

/** What the monitor VM installs besides, by engine. */
export const artifactsOfAlerting = {
  grafana: ["grafana"],
  prometheus: ["alertmanager"],
  "external-grafana": [],
} as const satisfies Record<AlertingEngine["kind"], readonly ArtifactName[]>;

export interface AlertingPartsInput {
  readonly engine: AlertingEngine;
  readonly settings: AlertingSettings;
  readonly notifications: Notifications;
  readonly grafana: GrafanaSecrets & {
    /** Text of the bundled `on-vm/grafana-apply.ts`. */
    readonly applyProgram: () => string;
  };
}

/** What the monitor VM holds for its alerts. What Grafana is told comes later, over its API. */
export function alertingParts({
  engine,
  settings,
  notifications,
  grafana,
}: AlertingPartsInput): AlertingParts {
  switch (engine.kind) {
    case "prometheus":
      return {
        ...alertmanagerParts(alertmanagerConfiguration(notifications)),
        prometheusRules: prometheusRules(settings),
      };
    case "grafana":
      return grafanaParts({
        ...grafana,
        applyProgram: grafana.applyProgram(),
        ...(notifications.email && { smtp: notifications.email.smtp }),
      });
    case "external-grafana":
      return { ...noAlertingParts, isPrometheusAskedFromOutside: true };
  }
}
