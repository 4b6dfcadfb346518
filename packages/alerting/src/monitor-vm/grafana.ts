import { ports } from "@autoscaler/contracts/ports.ts";
import {
  credentialFile,
  credentialPath,
  rootFile,
  unitPath,
} from "@autoscaler/provisioning/apply-document.ts";
import { installDirectory } from "@autoscaler/provisioning/artifacts.ts";
import type { AlertingParts } from "@autoscaler/provisioning/roles/alerting-parts.ts";
import { binDirectory } from "@autoscaler/provisioning/roles/common.ts";
import { serviceUnit } from "@autoscaler/provisioning/systemd.ts";
import { SECRET, type SmtpServer } from "../model/notifications.ts";
import { ADMIN_PASSWORD } from "../on-vm/password-file.ts";

export interface GrafanaSecrets {
  readonly adminPassword: string;
  /** What Grafana encrypts the secrets of contact points with in its database. */
  readonly secretKey: string;
}

export interface GrafanaSettings extends GrafanaSecrets {
  readonly smtp?: SmtpServer;
  readonly applyProgram: string;
}

const INI = "/etc/autoscaler/grafana/grafana.ini";
/** Not where the version before had its database: rules that came from files cannot be changed over the API. */
const DATA = "/var/lib/grafana/data";
const CREDENTIALS = "/run/credentials/grafana.service";
const SECRET_KEY = "grafana-encryption-key";

/** Reads the objects on standard input and puts them into the Grafana of its machine. */
export const GRAFANA_APPLY = "/opt/autoscaler/lib/grafana-apply.mjs";

/**
 * Grafana on loopback, as the vendor ships it: no sign-up, no calls home, no plugin fetched. It starts empty;
 * rules, contact points and dashboards come over its API and do not restart it.
 */
export function grafanaParts(settings: GrafanaSettings): AlertingParts {
  const { adminPassword, secretKey, smtp } = settings;
  const secrets = {
    [ADMIN_PASSWORD]: adminPassword,
    [SECRET_KEY]: secretKey,
    ...(smtp?.password === undefined ? {} : { [SECRET.smtpPassword]: smtp.password }),
  };
  const names = Object.keys(secrets);
  const home = installDirectory("grafana");
  const unit = serviceUnit({
    description: "Grafana: rules, dashboards, wakes the scaler",
    user: "grafana",
    command: [`${binDirectory}/grafana`, "server", `--homepath=${home}`, `--config=${INI}`],
    workingDirectory: home,
    credentials: names,
    stateDirectories: ["grafana", "grafana/data"],
    after: ["prometheus.service"],
  });
  return {
    users: ["grafana"],
    files: [
      rootFile(INI, grafanaIni(settings)),
      ...Object.entries(secrets).map(([name, value]) => credentialFile(name, value)),
      rootFile(GRAFANA_APPLY, settings.applyProgram, "0755"),
      rootFile(unitPath("grafana.service"), unit),
    ],
    units: [{ name: "grafana.service", uses: ["grafana", INI, ...names.map(credentialPath)] }],
    health: [
      {
        url: `http://127.0.0.1:${ports.grafana}/api/health`,
        unit: "grafana.service",
        timeoutSeconds: 180, // its first start fills a database
      },
    ],
  };
}

function grafanaIni({ smtp }: GrafanaSettings): string {
  const secret = (name: string) => `$__file{${CREDENTIALS}/${name}}`;
  const sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
    paths: {
      data: DATA,
      plugins: `${DATA}/plugins`,
    },
    server: { http_addr: "127.0.0.1", http_port: ports.grafana },
    security: {
      admin_user: "admin",
      admin_password: secret(ADMIN_PASSWORD),
      secret_key: secret(SECRET_KEY),
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
        ...(smtp.password === undefined ? {} : { password: secret(SECRET.smtpPassword) }),
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
