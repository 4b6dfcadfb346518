export { alertmanagerConfiguration } from "./alertmanager.ts";
export { grafanaObjects } from "./grafana/objects.ts";
export { resolveSecrets } from "./grafana/secrets.ts";
export { contactSecrets, type Notifications, SECRET } from "./model/notifications.ts";
export type { AlertingSettings } from "./model/settings.ts";
export {
  type AlertingEngine,
  alertingParts,
  artifactsOfAlerting,
  GRAFANA_APPLY,
} from "./monitor-vm/parts.ts";
export { prometheusRules } from "./prometheus-rules.ts";
