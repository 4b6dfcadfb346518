import { randomBytes } from "node:crypto";
import { grafanaObjects } from "@autoscaler/alerting/grafana/objects.ts";
import { resolveSecrets } from "@autoscaler/alerting/grafana/secrets.ts";
import type { GrafanaObjects } from "@autoscaler/alerting/grafana-api/objects.ts";
import { verifyGrafana } from "@autoscaler/alerting/grafana-api/verify.ts";
import { defaultPolicy } from "@autoscaler/scaling-core";
import { readEnvironment, runMain, variable } from "@autoscaler/service-kit";
import { Command } from "commander";
import { Type } from "typebox";

const Variables = Type.Object({
  GRAFANA_URL: variable.url(),
  GRAFANA_TOKEN: Type.String({ pattern: "^[\\x21-\\x7e]+$", allowed: "the token of a service account" }),
  GRAFANA_RECEIVER_HOST: Type.String({
    pattern: "^[\\w.:[\\]-]+$",
    allowed: "an address of this machine",
    default: "127.0.0.1",
  }),
});

const ALERT_TIMEOUT_MS = 90_000;

const command = new Command("npm run grafana:verify")
  .description(
    "Checks everything that is generated for Grafana against a real one: puts it into a folder of its own, reads it back, lets an alert fire into a receiver on this machine, and takes it all away again. Environment: GRAFANA_URL, GRAFANA_TOKEN (service account with the role Admin), GRAFANA_RECEIVER_HOST (address under which Grafana reaches this machine; 127.0.0.1).",
  )
  .action(async () => {
    const env = readEnvironment(Variables, process.env);
    await verifyGrafana({
      target: {
        url: env.GRAFANA_URL.replace(/\/+$/, ""),
        login: { kind: "token", token: env.GRAFANA_TOKEN },
      },
      objects: ownObjects(),
      receiverHost: env.GRAFANA_RECEIVER_HOST,
      alertTimeoutMs: ALERT_TIMEOUT_MS,
      say: (line) => process.stdout.write(`Grafana ${line}\n`),
    });
  });

/** With uids that no stack has, so that nothing of a running one is touched; nothing listens where they point. */
function ownObjects(): GrafanaObjects {
  const objects = grafanaObjects({
    alerting: {
      stack: `verify-${randomBytes(4).toString("hex")}`,
      pool: "verify",
      policy: defaultPolicy,
      cpuWindowSeconds: 30,
      scrapeIntervalSeconds: 5,
      tickIntervalMs: 5_000,
      rupiahPerServerHour: 119,
      runbookUrl: "docs/runbook.md",
    },
    webhookUrl: "http://127.0.0.1:9/v1/alerts",
    prometheusUrl: "http://127.0.0.1:9",
    notifications: {},
  });
  return resolveSecrets(objects, () => randomBytes(20).toString("hex"));
}

await runMain(async () => {
  await command.parseAsync();
});
