import { defaultPolicy } from "@autoscaler/scaling-core";
import type { Notifications } from "../model/notifications.ts";
import type { AlertingSettings } from "../model/settings.ts";

export const sampleSettings: AlertingSettings = {
  stack: "dev",
  pool: "calc",
  policy: defaultPolicy,
  cpuWindowSeconds: 30,
  scrapeIntervalSeconds: 5,
  tickIntervalMs: 5_000,
  rupiahPerServerHour: 119,
  runbookUrl: "docs/runbook.md",
};

export const everyNotification: Notifications = {
  telegram: { botToken: "1:telegram-secret", chatId: "-100200300" },
  slack: { webhookUrl: "https://hooks.slack.example/slack-secret" },
  discord: { webhookUrl: "https://discord.example/api/webhooks/discord-secret" },
  email: {
    addresses: ["ops@example.com", "lead@example.com"],
    smtp: {
      address: "mail.example.com:587",
      from: "alarm@example.com",
      user: "alarm",
      password: "smtp-secret$",
    },
  },
  webhook: { url: "https://hooks.example.com/alarm", bearerToken: "hook-secret" },
};
