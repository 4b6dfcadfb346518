import { stringify } from "yaml";
import {
  type ApplyDocument,
  type ArtifactInstall,
  credentialFile,
  credentialPath,
  rootFile,
  unitPath,
} from "../apply-document.ts";
import { environmentFile, serviceUnit } from "../systemd.ts";
import { alertmanagerParts } from "./alertmanager.ts";
import { binDirectory, currentRelease, nodeExporter, uploadedArchive } from "./common.ts";
import { type AlertingParts, type GrafanaSettings, grafanaParts } from "./grafana.ts";

export type MonitoringAlerting =
  | { readonly kind: "prometheus"; readonly rules: string; readonly alertmanager: string }
  | { readonly kind: "grafana"; readonly grafana: GrafanaSettings }
  /** Grafana runs elsewhere in the private network, or reaches Prometheus by another way. */
  | { readonly kind: "external-grafana" };

export interface MonitoringSettings {
  readonly artifacts: readonly ArtifactInstall[];
  readonly releaseSha256: string;
  readonly networkCidr: string;
  readonly privateIpv4: string;
  readonly loadBalancer: { readonly name: string; readonly privateIpv4: string };
  readonly monitorName: string;
  readonly cloud: { readonly apiUrl: string; readonly location: string; readonly apiKey: string };
  readonly tokens: {
    readonly lbAgent: string;
    readonly webhook: string;
    /** What the alerts' bodies are signed with. */
    readonly webhookHmac: string;
    readonly operator: string;
  };
  /** Content of the scaler's POOL_FILE. */
  readonly pool: object;
  readonly alerting: MonitoringAlerting;
  readonly scrapeIntervalSeconds: number;
  readonly retention: string;
  /** Further variables of the scaler, for example its tick interval. */
  readonly scalerEnvironment: Readonly<Record<string, string | number>>;
}

const PROMETHEUS_FILE = "/etc/autoscaler/prometheus.yml";
const RULES_FILE = "/etc/autoscaler/rules.yml";
const SCALER_ENVIRONMENT = "/etc/autoscaler/scaler-webhook.env";
const POOL_FILE = "/etc/autoscaler/pool.json";
const TARGETS_DIRECTORY = "/var/lib/scaler-webhook/targets";
const SCALER_CREDENTIALS = [
  "cloud-api-key",
  "lb-agent-token",
  "webhook-token",
  "webhook-hmac-key",
  "operator-token",
];

type PrometheusSettings = Pick<
  MonitoringSettings,
  "loadBalancer" | "monitorName" | "privateIpv4" | "scrapeIntervalSeconds"
> & { readonly alerting: Pick<MonitoringAlerting, "kind"> };

/** Pool members come from the scaler's targets file; everything else is fixed. */
export function prometheusConfiguration(settings: PrometheusSettings): string {
  const interval = `${settings.scrapeIntervalSeconds}s`;
  const node = (server: string, ipv4: string, role: string) => ({
    targets: [`${ipv4}:9100`],
    labels: { server, role },
  });
  return stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    ...(settings.alerting.kind === "prometheus" && {
      rule_files: [RULES_FILE],
      alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:9093"] }] }] },
    }),
    scrape_configs: [
      {
        job_name: "service",
        file_sd_configs: [{ files: [`${TARGETS_DIRECTORY}/*.json`], refresh_interval: "5s" }],
      },
      {
        job_name: "node",
        static_configs: [
          node(settings.loadBalancer.name, settings.loadBalancer.privateIpv4, "lb"),
          node(settings.monitorName, settings.privateIpv4, "monitor"),
        ],
      },
      { job_name: "traefik", static_configs: [{ targets: [`${settings.loadBalancer.privateIpv4}:8082`] }] },
      { job_name: "scaler", static_configs: [{ targets: ["127.0.0.1:4000"] }] },
      { job_name: "prometheus", static_configs: [{ targets: ["127.0.0.1:9090"] }] },
    ],
  });
}

/** Prometheus, who evaluates the alerts, and the scaler. */
export function monitoringDocument(settings: MonitoringSettings): ApplyDocument {
  const { alerting } = settings;
  const exporter = nodeExporter(settings.networkCidr);
  const parts = alertingParts(alerting);
  const isAskedFromOutside = alerting.kind === "external-grafana";
  const prometheus = serviceUnit({
    description: "Prometheus",
    user: "prometheus",
    command: [
      `${binDirectory}/prometheus`,
      `--config.file=${PROMETHEUS_FILE}`,
      "--storage.tsdb.path=/var/lib/prometheus",
      `--storage.tsdb.retention.time=${settings.retention}`,
      `--web.listen-address=${isAskedFromOutside ? "0.0.0.0" : "127.0.0.1"}:9090`,
    ],
    stateDirectories: ["prometheus"],
    ...(isAskedFromOutside ? { networks: ["localhost", settings.networkCidr] } : {}),
  });
  const scaler = serviceUnit({
    description: "Scales the pool",
    user: "scaler-webhook",
    // A small heap: the process rests most of the time, on a machine that Prometheus needs.
    command: [`${binDirectory}/node`, "--max-semi-space-size=1", "--optimize-for-size", "server.mjs"],
    workingDirectory: currentRelease("scaler-webhook"),
    environmentFile: SCALER_ENVIRONMENT,
    credentials: SCALER_CREDENTIALS,
    stateDirectories: ["scaler-webhook", "scaler-webhook/targets"],
    after: ["prometheus.service"],
  });
  return {
    artifacts: settings.artifacts,
    users: ["prometheus", "scaler-webhook", ...parts.users, ...exporter.users],
    files: [
      rootFile(PROMETHEUS_FILE, prometheusConfiguration(settings)),
      ...(alerting.kind === "prometheus" ? [rootFile(RULES_FILE, alerting.rules)] : []),
      rootFile(POOL_FILE, `${JSON.stringify(settings.pool, undefined, 2)}\n`),
      rootFile(SCALER_ENVIRONMENT, environmentFile(scalerVariables(settings))),
      credentialFile("cloud-api-key", settings.cloud.apiKey),
      credentialFile("lb-agent-token", settings.tokens.lbAgent),
      credentialFile("webhook-token", settings.tokens.webhook),
      credentialFile("webhook-hmac-key", settings.tokens.webhookHmac),
      credentialFile("operator-token", settings.tokens.operator),
      rootFile(unitPath("prometheus.service"), prometheus),
      ...parts.files,
      rootFile(unitPath("scaler-webhook.service"), scaler),
      ...exporter.files,
    ],
    releases: [
      { unit: "scaler-webhook", archive: uploadedArchive("scaler-webhook"), sha256: settings.releaseSha256 },
    ],
    units: [
      exporter.unit,
      {
        name: "prometheus.service",
        uses: ["prometheus", PROMETHEUS_FILE, ...(alerting.kind === "prometheus" ? [RULES_FILE] : [])],
      },
      ...parts.units,
      {
        name: "scaler-webhook.service",
        uses: [
          "node",
          "scaler-webhook",
          SCALER_ENVIRONMENT,
          POOL_FILE,
          ...SCALER_CREDENTIALS.map(credentialPath),
        ],
      },
    ],
    health: [
      { url: "http://127.0.0.1:9090/-/ready", unit: "prometheus.service", timeoutSeconds: 90 },
      ...parts.health,
      { url: "http://127.0.0.1:4000/healthz", unit: "scaler-webhook.service", timeoutSeconds: 60 },
    ],
  };
}

function alertingParts(alerting: MonitoringAlerting): AlertingParts {
  switch (alerting.kind) {
    case "prometheus":
      return alertmanagerParts(alerting.alertmanager);
    case "grafana":
      return grafanaParts(alerting.grafana);
    case "external-grafana":
      return { users: [], files: [], units: [], health: [] };
  }
}

function scalerVariables(settings: MonitoringSettings): Readonly<Record<string, string | number>> {
  return {
    LISTEN_HOSTS: `127.0.0.1,${settings.privateIpv4}`,
    LISTEN_PORT: 4000,
    CLOUD_API_URL: settings.cloud.apiUrl,
    CLOUD_LOCATION: settings.cloud.location,
    PROMETHEUS_URL: "http://127.0.0.1:9090",
    LB_AGENT_URL: `http://${settings.loadBalancer.privateIpv4}:4100`,
    TARGETS_FILE: `${TARGETS_DIRECTORY}/service.json`,
    STATE_DIRECTORY: "/var/lib/scaler-webhook", // systemd would give both of them, joined by a colon
    POOL_FILE,
    ...settings.scalerEnvironment,
  };
}
