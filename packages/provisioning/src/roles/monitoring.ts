import { ports } from "@autoscaler/contracts/ports.ts";
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
import type { AlertingParts } from "./alerting-parts.ts";
import { AUTHORIZE_ON_CLONES } from "./authorized-keys.ts";
import { binDirectory, type CommonSettings, commonParts, currentRelease, uploadedArchive } from "./common.ts";

export interface MonitoringSettings extends CommonSettings {
  readonly artifacts: readonly ArtifactInstall[];
  readonly releaseSha256: string;
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
  readonly alerting: AlertingParts;
  readonly scrapeIntervalSeconds: number;
  readonly retention: string;
  /** Further variables of the scaler, for example its tick interval. */
  readonly scalerEnvironment: Readonly<Record<string, string | number>>;
  /** Text of the program that tells clones who may log in. */
  readonly authorizeOnClones: string;
}

const PROMETHEUS_FILE = "/etc/autoscaler/prometheus.yml";
const RULES_FILE = "/etc/autoscaler/rules.yml";
const SCALER_ENVIRONMENT = "/etc/autoscaler/scaler-webhook.env";
const POOL_FILE = "/etc/autoscaler/pool.json";
const TARGETS_DIRECTORY = "/var/lib/scaler-webhook/targets";

type PrometheusSettings = Pick<
  MonitoringSettings,
  "loadBalancer" | "monitorName" | "privateIpv4" | "scrapeIntervalSeconds"
> & { readonly alerting: Pick<AlertingParts, "prometheusRules"> };

/** Pool members come from the scaler's targets file; everything else is fixed. */
export function prometheusConfiguration(settings: PrometheusSettings): string {
  const interval = `${settings.scrapeIntervalSeconds}s`;
  const node = (server: string, ipv4: string, role: string) => ({
    targets: [`${ipv4}:${ports.nodeExporter}`],
    labels: { server, role },
  });
  return stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    ...(settings.alerting.prometheusRules !== undefined && {
      rule_files: [RULES_FILE],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }] },
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
      {
        job_name: "traefik",
        static_configs: [{ targets: [`${settings.loadBalancer.privateIpv4}:${ports.traefikMetrics}`] }],
      },
      { job_name: "scaler", static_configs: [{ targets: [`127.0.0.1:${ports.scaler}`] }] },
      { job_name: "prometheus", static_configs: [{ targets: [`127.0.0.1:${ports.prometheus}`] }] },
    ],
  });
}

/** Prometheus, the scaler, and what evaluates the alerts. */
export function monitoringDocument(settings: MonitoringSettings): ApplyDocument {
  const { alerting, tokens } = settings;
  const credentials = Object.entries({
    "cloud-api-key": settings.cloud.apiKey,
    "lb-agent-token": tokens.lbAgent,
    "webhook-token": tokens.webhook,
    "webhook-hmac-key": tokens.webhookHmac,
    "operator-token": tokens.operator,
  });
  const credentialNames = credentials.map(([name]) => name);
  const common = commonParts(settings);
  const { prometheusRules: rules, isPrometheusAskedFromOutside: isAskedFromOutside = false } = alerting;
  const prometheus = serviceUnit({
    description: "Prometheus",
    user: "prometheus",
    command: [
      `${binDirectory}/prometheus`,
      `--config.file=${PROMETHEUS_FILE}`,
      "--storage.tsdb.path=/var/lib/prometheus",
      `--storage.tsdb.retention.time=${settings.retention}`,
      `--web.listen-address=${isAskedFromOutside ? "0.0.0.0" : "127.0.0.1"}:${ports.prometheus}`,
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
    credentials: credentialNames,
    stateDirectories: ["scaler-webhook", "scaler-webhook/targets"],
    after: ["prometheus.service"],
  });
  return {
    artifacts: settings.artifacts,
    users: ["prometheus", "scaler-webhook", ...alerting.users, ...common.users],
    files: [
      rootFile(PROMETHEUS_FILE, prometheusConfiguration(settings)),
      ...(rules === undefined ? [] : [rootFile(RULES_FILE, rules)]),
      rootFile(POOL_FILE, `${JSON.stringify(settings.pool, undefined, 2)}\n`),
      rootFile(SCALER_ENVIRONMENT, environmentFile(scalerVariables(settings))),
      ...credentials.map(([name, value]) => credentialFile(name, value)),
      rootFile(unitPath("prometheus.service"), prometheus),
      ...alerting.files,
      rootFile(unitPath("scaler-webhook.service"), scaler),
      rootFile(AUTHORIZE_ON_CLONES, settings.authorizeOnClones, "0755"),
      ...common.files,
    ],
    releases: [
      { unit: "scaler-webhook", archive: uploadedArchive("scaler-webhook"), sha256: settings.releaseSha256 },
    ],
    units: [
      ...common.units,
      {
        name: "prometheus.service",
        uses: ["prometheus", PROMETHEUS_FILE, ...(rules === undefined ? [] : [RULES_FILE])],
      },
      ...alerting.units,
      {
        name: "scaler-webhook.service",
        uses: [
          "node",
          "scaler-webhook",
          SCALER_ENVIRONMENT,
          POOL_FILE,
          ...credentialNames.map(credentialPath),
        ],
      },
    ],
    health: [
      { url: `http://127.0.0.1:${ports.prometheus}/-/ready`, unit: "prometheus.service", timeoutSeconds: 90 },
      ...alerting.health,
      { url: `http://127.0.0.1:${ports.scaler}/healthz`, unit: "scaler-webhook.service", timeoutSeconds: 60 },
    ],
  };
}

function scalerVariables(settings: MonitoringSettings): Readonly<Record<string, string | number>> {
  return {
    LISTEN_HOSTS: `127.0.0.1,${settings.privateIpv4}`,
    LISTEN_PORT: ports.scaler,
    CLOUD_API_URL: settings.cloud.apiUrl,
    CLOUD_LOCATION: settings.cloud.location,
    PROMETHEUS_URL: `http://127.0.0.1:${ports.prometheus}`,
    LB_AGENT_URL: `http://${settings.loadBalancer.privateIpv4}:${ports.lbAgent}`,
    TARGETS_FILE: `${TARGETS_DIRECTORY}/service.json`,
    STATE_DIRECTORY: "/var/lib/scaler-webhook", // systemd would give both of them, joined by a colon
    POOL_FILE,
    ...settings.scalerEnvironment,
  };
}
