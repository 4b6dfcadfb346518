import {
  credentialFile,
  credentialPath,
  type HealthCheck,
  type MachineFile,
  type MachineUnit,
  rootFile,
  unitPath,
} from "../apply-document.ts";
import { installDirectory } from "../artifacts.ts";
import { serviceUnit } from "../systemd.ts";
import { binDirectory } from "./common.ts";

/** What one way of alerting adds to the monitor VM. */
export interface AlertingParts {
  readonly users: readonly string[];
  readonly files: readonly MachineFile[];
  readonly units: readonly MachineUnit[];
  readonly health: readonly HealthCheck[];
}

export interface GrafanaSettings {
  readonly adminPassword: string;
  /** By the name of the credential; files refer to them by `$__file{}`. `webhook-token` is there already. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly smtp?: { readonly address: string; readonly from: string; readonly user?: string };
  /** What Grafana is to hold, below `/etc/autoscaler/grafana/wanted`: file name to text. */
  readonly wanted: Readonly<Record<string, string>>;
  /** Text of cloud-init/grafana-apply.py. */
  readonly applyProgram: string;
}

const HOME = "/etc/autoscaler/grafana";
const INI = `${HOME}/grafana.ini`;
const CREDENTIALS = "/run/credentials/grafana.service";
const ADMIN_PASSWORD = "grafana-admin-password";
const SMTP_PASSWORD = "contact-smtp-password";

/** Where grafana-apply.py puts what Grafana reads at its start and on a reload. */
export const GRAFANA_PROVISIONING = `${HOME}/provisioning`;
export const GRAFANA_DASHBOARDS = `${HOME}/dashboards`;
export const GRAFANA_APPLY = "/opt/autoscaler/lib/grafana-apply.py";
export const GRAFANA_PORT = 3000;

/**
 * Grafana on loopback, as the vendor ships it: no sign-up, no calls home, no plugin fetched. Changed rules
 * and dashboards do not restart it; grafana-apply.py reloads them and reads them back.
 */
export function grafanaParts(settings: GrafanaSettings): AlertingParts {
  const secrets = { [ADMIN_PASSWORD]: settings.adminPassword, ...settings.secrets };
  const names = ["webhook-token", ...Object.keys(secrets)];
  const home = installDirectory("grafana");
  const unit = serviceUnit({
    description: "Grafana: rules, dashboards, wakes the scaler",
    user: "grafana",
    command: [`${binDirectory}/grafana`, "server", `--homepath=${home}`, `--config=${INI}`],
    workingDirectory: home,
    credentials: names,
    stateDirectories: ["grafana"],
    after: ["prometheus.service"],
  });
  return {
    users: ["grafana"],
    files: [
      rootFile(INI, grafanaIni(settings)),
      ...Object.entries(secrets).map(([name, value]) => credentialFile(name, value)),
      ...Object.entries(settings.wanted).map(([name, text]) => rootFile(`${HOME}/wanted/${name}`, text)),
      rootFile(GRAFANA_APPLY, settings.applyProgram, "0755"),
      rootFile(unitPath("grafana.service"), unit),
    ],
    units: [{ name: "grafana.service", uses: ["grafana", INI, ...names.map(credentialPath)] }],
    health: [
      {
        url: `http://127.0.0.1:${GRAFANA_PORT}/api/health`,
        unit: "grafana.service",
        timeoutSeconds: 180, // its first start fills a database
      },
    ],
  };
}

function grafanaIni({ smtp, secrets }: GrafanaSettings): string {
  const sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
    paths: {
      data: "/var/lib/grafana",
      plugins: "/var/lib/grafana/plugins",
      provisioning: GRAFANA_PROVISIONING,
    },
    server: { http_addr: "127.0.0.1", http_port: GRAFANA_PORT },
    security: {
      admin_user: "admin",
      admin_password: `$__file{${CREDENTIALS}/${ADMIN_PASSWORD}}`,
      disable_gravatar: true,
    },
    users: { allow_sign_up: false, allow_org_create: false },
    "auth.anonymous": { enabled: false },
    analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
    news: { news_feed_enabled: false },
    plugins: { preinstall_disabled: true, plugin_admin_enabled: false },
    snapshots: { external_enabled: false },
    unified_alerting: { enabled: true, min_interval: "10s" },
    log: { mode: "console" },
    ...(smtp && {
      smtp: {
        enabled: true,
        host: smtp.address,
        from_address: smtp.from,
        ...(smtp.user === undefined ? {} : { user: `"""${smtp.user}"""` }),
        ...(secrets[SMTP_PASSWORD] === undefined
          ? {}
          : { password: `$__file{${CREDENTIALS}/${SMTP_PASSWORD}}` }),
      },
    }),
  };
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}`);
      return `[${name}]\n${lines.join("\n")}\n`;
    })
    .join("\n");
}
