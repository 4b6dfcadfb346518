import type { GrafanaObjects, Rule } from "../objects.ts";

function rule(uid: string, title: string, receiver: string): Rule {
  return {
    uid,
    title,
    condition: "A",
    for: "20s",
    isPaused: false,
    keep_firing_for: "0s",
    annotations: { summary: "CPU is {{ $values.A.Value }}" },
    labels: { pool: "calc" },
    data: [
      {
        refId: "A",
        datasourceUid: "as-prometheus",
        relativeTimeRange: { from: 60, to: 0 },
        model: { expr: "up", refId: "A" },
      },
    ],
    notification_settings: { receiver, group_wait: "0s" },
  };
}

/** Small, with one of each kind. */
export const sampleObjects: GrafanaObjects = {
  uidPrefix: "as-",
  folder: { uid: "as-folder", title: "Autoscaler dev calc" },
  dataSource: { uid: "as-prometheus", name: "Prometheus", type: "prometheus", url: "http://127.0.0.1:9090" },
  contactPoints: [
    {
      uid: "as-scaler",
      name: "scaler",
      type: "webhook",
      settings: { url: "http://127.0.0.1:4000/v1/alerts", authorization_credentials: "token" },
      disableResolveMessage: false,
    },
    {
      uid: "as-slack",
      name: "operator",
      type: "slack",
      settings: { url: "https://hooks.slack.example/x" },
      disableResolveMessage: false,
    },
  ],
  ruleGroup: {
    title: "autoscaler-calc",
    folderUid: "as-folder",
    interval: 10,
    rules: [rule("as-high", "PoolLoadHigh", "scaler"), rule("as-full", "DiskNearlyFull", "operator")],
  },
  dashboards: [
    {
      uid: "as-autoscaling",
      title: "Autoscaling",
      panels: [{ id: 1, title: "CPU", targets: [{ refId: "A", expr: "up" }] }],
    },
  ],
};
