import { stringify } from "yaml";

/** Alertmanager's whole configuration: every alert at once to the scaler, and again while it lasts. */
export function alertmanagerConfiguration(): string {
  return stringify({
    route: {
      receiver: "scaler-webhook",
      group_by: ["alertname", "pool"],
      group_wait: "0s",
      group_interval: "5s",
      repeat_interval: "1m",
    },
    receivers: [
      {
        name: "scaler-webhook",
        webhook_configs: [
          {
            url: "http://127.0.0.1:4000/v1/alerts",
            send_resolved: true,
            http_config: {
              authorization: { credentials_file: "/run/credentials/alertmanager.service/webhook-token" },
            },
          },
        ],
      },
    ],
  });
}
