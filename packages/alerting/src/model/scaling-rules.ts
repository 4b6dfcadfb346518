import { growAbovePercent } from "@autoscaler/scaling-core";
import { PANEL } from "../dashboards/panel-ids.ts";
import type { AlertRule } from "./alert-rule.ts";
import { fleetQueries } from "./queries.ts";
import type { AlertingSettings } from "./settings.ts";

/** Grafana looks every 10 s: three looks in a row, so that one odd reading wakes nobody. */
export const LEAST_GROW_SECONDS = 20;

/** The two that wake the scaler. They carry no number of servers: it looks for itself. */
export function scalingRules(settings: AlertingSettings): readonly AlertRule[] {
  const { pool, policy } = settings;
  const queries = fleetQueries(settings);
  return [
    {
      name: "PoolLoadHigh",
      audience: "scaler",
      expr: queries.meanCpuPercent,
      comparison: ">",
      threshold: growAbovePercent(policy),
      forSeconds: Math.max(LEAST_GROW_SECONDS, Math.ceil(policy.scaleUp.stabilizationSeconds)),
      withoutData: "keep",
      labels: { autoscale: "up", pool, severity: "info" },
      summary: {
        en: `Pool ${pool} runs at {VALUE} % CPU, above its band`,
        id: `Pool ${pool} memakai {VALUE} % CPU, di atas batasnya`,
      },
      description: {
        en: "Wakes the scaler. It looks at the pool itself and adds servers when the policy says so; nobody has to act.",
        id: "Membangunkan scaler. Scaler memeriksa sendiri dan menambah server sesuai kebijakan; tidak perlu tindakan.",
      },
      panel: { dashboard: "autoscaling", id: PANEL.load },
    },
    {
      name: "PoolLoadLow",
      audience: "scaler",
      expr: queries.excessServers,
      comparison: ">",
      threshold: 0,
      forSeconds: Math.ceil(policy.scaleDown.stabilizationSeconds),
      withoutData: "keep",
      labels: { autoscale: "down", pool, severity: "info" },
      summary: {
        en: `Pool ${pool} could do with {VALUE} servers fewer`,
        id: `Pool ${pool} cukup dengan {VALUE} server lebih sedikit`,
      },
      description: {
        en: "Wakes the scaler. It takes one server after the other out, each drained first; nobody has to act.",
        id: "Membangunkan scaler. Server dikeluarkan satu per satu setelah selesai melayani; tidak perlu tindakan.",
      },
      panel: { dashboard: "autoscaling", id: PANEL.size },
    },
  ];
}
