import { alertmanagerConfiguration, grafanaObjects, prometheusRules } from "@autoscaler/alerting";
import { alertingSettings, alertingUrls } from "../../infra/components/alerting.ts";
import { poolFile } from "../../infra/components/pool-file.ts";
import type { StackConfig } from "../../infra/config.ts";
import { alertsTable } from "./alerts-table.ts";

/** Stands for what is known only when the stack is up. */
const NOT_YET = {
  namePrefix: "stack-prefix",
  seed: { name: "stack-prefix-seed", vmUuid: "seed-uuid", privateIpv4: "10.0.0.10", release: "0123456789ab" },
  protectedVmUuids: ["lb-uuid", "monitor-uuid", "seed-uuid"],
};

/**
 * Every file that is generated from a stack's policy, by its path: for reading, and to see what a change
 * changes. Secrets are named, never shown.
 */
export function renderAll(config: StackConfig, stack: string): Readonly<Record<string, string>> {
  const settings = alertingSettings(config, stack);
  const { notifications } = config.monitoring;
  const { dashboards, ...objects } = grafanaObjects({
    alerting: settings,
    notifications,
    ...alertingUrls(config, NOT_YET.seed.privateIpv4),
  });
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  return {
    "grafana/objects.json": json(objects),
    ...Object.fromEntries(
      dashboards.map((dashboard) => [`grafana/dashboards/${dashboard.uid}.json`, json(dashboard)]),
    ),
    "prometheus/rules.yml": prometheusRules(settings),
    "prometheus/alertmanager.yml": alertmanagerConfiguration(),
    "scaler/pool.json": json(poolFile(config, NOT_YET)),
    "docs/alerts-table.md": `${alertsTable(settings)}\n`,
  };
}
