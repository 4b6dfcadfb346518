import { ports } from "@autoscaler/contracts/ports.ts";
import { stringify } from "yaml";
import type { Notifications } from "./model/notifications.ts";

/**
 * Alertmanager's whole configuration: what scales goes at once to the scaler, again while it lasts; the
 * operator's alarms go to people when there is where to send them. With people it holds secrets in clear.
 */
export function alertmanagerConfiguration(notifications: Notifications = {}): string {
  return stringify({
    route: {
      receiver: "operator",
      group_by: ["alertname", "pool", "server"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "4h",
      routes: [
        {
          receiver: "scaler-webhook",
          matchers: ['autoscale=~"up|down"'],
          group_by: ["alertname", "pool"],
          group_wait: "0s",
          group_interval: "5s",
          repeat_interval: "1m",
        },
      ],
    },
    receivers: [
      {
        name: "scaler-webhook",
        webhook_configs: [
          {
            url: `http://127.0.0.1:${ports.scaler}/v1/alerts`,
            send_resolved: true,
            http_config: {
              authorization: { credentials_file: "/run/credentials/alertmanager.service/webhook-token" },
            },
          },
        ],
      },
      { name: "operator", ...operatorReceiver(notifications) },
    ],
  });
}

function operatorReceiver({ telegram, slack, discord, email, webhook }: Notifications) {
  return {
    ...(telegram && {
      telegram_configs: [{ bot_token: telegram.botToken, chat_id: Number(telegram.chatId), parse_mode: "" }],
    }),
    ...(slack && { slack_configs: [{ api_url: slack.webhookUrl, send_resolved: true }] }),
    ...(discord && { discord_configs: [{ webhook_url: discord.webhookUrl }] }),
    ...(email && {
      email_configs: [
        {
          to: email.addresses.join(", "),
          from: email.smtp.from,
          smarthost: email.smtp.address,
          send_resolved: true,
          ...(email.smtp.user === undefined ? {} : { auth_username: email.smtp.user }),
          ...(email.smtp.password === undefined ? {} : { auth_password: email.smtp.password }),
        },
      ],
    }),
    ...(webhook && {
      webhook_configs: [
        {
          url: webhook.url,
          ...(webhook.bearerToken === undefined
            ? {}
            : { http_config: { authorization: { credentials: webhook.bearerToken } } }),
        },
      ],
    }),
  };
}
