import type { GrafanaObjects, Json } from "@autoscaler/grafana/objects.ts";
import { uidPrefix } from "../model/identity.ts";
import type { AlertingSettings } from "../model/settings.ts";
import { alertingFile, dashboardProviderFile, dataSourceFile } from "./file-format.ts";

/**
 * What cloud-init/grafana-apply.py reads: provisioning files, and the same objects in the HTTP form, to
 * compare with what Grafana reads back. No secret is in them, only the names of credentials.
 */
export function wantedFiles(
  objects: GrafanaObjects,
  settings: AlertingSettings,
  dashboardsPath: string,
): Readonly<Record<string, string>> {
  const files: Readonly<Record<string, Json>> = {
    "alerting.json": alertingFile(objects),
    "datasources.json": dataSourceFile(objects),
    "dashboard-provider.json": dashboardProviderFile(objects, dashboardsPath),
    "objects.json": objects as unknown as Json,
    "identity.json": { uidPrefix: uidPrefix(settings) },
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, value]) => [name, `${JSON.stringify(value, undefined, 2)}\n`]),
  );
}
