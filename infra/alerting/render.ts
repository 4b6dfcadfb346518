import { GRAFANA_DASHBOARDS } from "@autoscaler/provisioning";
import { alertingSettings, ownGrafanaObjects } from "../components/alerting.ts";
import { poolFile } from "../components/pool-file.ts";
import type { StackConfig } from "../config.ts";
import { alertmanagerConfiguration } from "./alertmanager.ts";
import { alertsTable } from "./alerts-table.ts";
import { wantedFiles } from "./grafana/wanted-files.ts";
import { prometheusRules } from "./prometheus-rules.ts";

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
  const objects = ownGrafanaObjects(config, stack);
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  const prefixed = (folder: string, files: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
  return {
    ...prefixed("grafana", wantedFiles(objects, settings, GRAFANA_DASHBOARDS)),
    ...Object.fromEntries(
      objects.dashboards.map((dashboard) => [`grafana/dashboards/${dashboard.uid}.json`, json(dashboard)]),
    ),
    "prometheus/rules.yml": prometheusRules(settings),
    "prometheus/alertmanager.yml": alertmanagerConfiguration(),
    "scaler/pool.json": json(poolFile(config, NOT_YET)),
    "docs/alerts-table.md": `${alertsTable(settings)}\n`,
  };
}
