import type { AlertingEngine } from "@autoscaler/alerting";
import type { Notifications } from "@autoscaler/alerting/model/notifications.ts";
import {
  type ArtifactSettings,
  artifactNames,
  type BundleEntries,
  type Role,
} from "@autoscaler/provisioning";
import { parseScalingPolicy, type ScalingPolicy } from "@autoscaler/scaling-core";
import { readAlertingEngine, readNotifications } from "./config-alerting.ts";
import { readSection, type Section } from "./config-reader.ts";

export interface MachineSize {
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly diskGb: number;
}

export interface ServiceConfig {
  /** Folder or .tar.gz, relative to the repository. */
  readonly path: string;
  readonly bundle?: BundleEntries;
  readonly command: readonly string[];
  readonly port: number;
  readonly healthPath: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The stack's whole configuration. Keys and defaults are explained in Pulumi.yaml. */
export interface StackConfig {
  readonly cloud: {
    readonly apiUrl: string;
    /** In clear: wrap it in `pulumi.secret` before it goes anywhere. */
    readonly apiKey: string;
    readonly location: string;
    readonly pollIntervalMs: number;
  };
  readonly os: { readonly name: string; readonly version: string };
  readonly machines: Readonly<Record<Role, MachineSize>>;
  readonly seed: { readonly keepPublicIp: boolean };
  readonly pool: {
    readonly name: string;
    readonly keepPublicIp: boolean;
    readonly destroyQuietSeconds: number;
    readonly policy: ScalingPolicy;
  };
  readonly service: ServiceConfig;
  readonly artifacts: ArtifactSettings;
  readonly monitoring: {
    readonly scrapeIntervalSeconds: number;
    readonly cpuWindowSeconds: number;
    readonly tickIntervalMs: number;
    readonly retention: string;
    readonly alerting: AlertingEngine;
    readonly notifications: Notifications;
    readonly rupiahPerServerHour: number;
    readonly runbookUrl: string;
  };
  readonly authorizedKeys: readonly string[];
}

export type ConfigResult =
  | { readonly kind: "ok"; readonly config: StackConfig }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

export interface ConfigSource {
  /** Key without its project, text or JSON text. */
  readonly values: Readonly<Record<string, string>>;
  readonly stack: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const URL_PATTERN = /^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/;
const STRUCTURED = [
  "os",
  "machines",
  "seed",
  "pool",
  "service",
  "artifacts",
  "monitoring",
  "grafana",
  "notifications",
  "authorizedKeys",
];

/** Parses everything and reports every problem at once. Never puts a value into a problem. */
export function parseConfig({ values, stack, environment }: ConfigSource): ConfigResult {
  const problems: string[] = [];
  const root = readSection(parseJsonValues(values, problems), "", problems);
  const apiKey = root.optionalText(
    "apiKey",
    /^[\x21-\x7e]+$/,
    "the printable text from the console's Access page",
  );
  const service = readService(root.section("service"));
  const config: StackConfig = {
    cloud: {
      apiUrl: root
        .text("apiUrl", "https://api.idcloudhost.com", URL_PATTERN, "an http or https URL")
        .replace(/\/+$/, ""),
      apiKey: apiKey ?? environment["IDCLOUDHOST_API_KEY"] ?? "",
      location: root.text("location", "jkt01", /^([a-z][a-z0-9]{1,19})?$/, "a slug such as jkt01, or empty"),
      pollIntervalMs: root.integer("pollIntervalMs", 2_000, 10, 60_000),
    },
    os: readOs(root.section("os")),
    machines: readMachines(root.section("machines")),
    seed: readSeed(root.section("seed")),
    pool: readPool(root.section("pool"), service.healthPath, problems),
    service,
    artifacts: readArtifacts(root.section("artifacts")),
    monitoring: readMonitoring(root, problems),
    authorizedKeys: root.texts("authorizedKeys", [], /^(ssh|ecdsa)-[^\r\n]+$/, "one OpenSSH public key line"),
  };
  root.optionalText("billingAccountId", /^\d*$/, "the account's number, or empty"); // the client reads it
  root.refuseTheRest();

  if (apiKey === undefined && config.cloud.apiKey === "") {
    problems.push("apiKey is missing: run `pulumi config set --secret apiKey`, or set IDCLOUDHOST_API_KEY");
  }
  if (!/^[a-zA-Z0-9][-a-zA-Z0-9]{0,29}$/.test(stack)) {
    problems.push("the stack's name becomes part of VM names: use up to 30 letters, digits and hyphens");
  }
  return problems.length === 0 ? { kind: "ok", config } : { kind: "invalid", problems };
}

/** Pulumi hands structured values over as JSON text. */
function parseJsonValues(
  values: Readonly<Record<string, string>>,
  problems: string[],
): Record<string, unknown> {
  const parse = (key: string, text: string): unknown => {
    if (!STRUCTURED.includes(key)) return text;
    try {
      return JSON.parse(text);
    } catch {
      problems.push(
        `${key} must be structured: set it with \`pulumi config set --path\` or in the stack's file`,
      );
      return undefined;
    }
  };
  return Object.fromEntries(Object.entries(values).map(([key, text]) => [key, parse(key, text)]));
}

function readOs(section: Section): StackConfig["os"] {
  const os = {
    name: section.text("name", "ubuntu", /^\w[\w-]*$/, "a name such as ubuntu"),
    version: section.text("version", "22.04-lts", /^\w[\w.-]*$/, "a version such as 22.04-lts"),
  };
  section.refuseTheRest();
  return os;
}

function readMachines(section: Section): StackConfig["machines"] {
  const size = (role: Role): MachineSize => {
    const part = section.section(role);
    const read = {
      vcpu: part.integer("vcpu", 2, 1, 64),
      memoryMib: part.integer("memoryMib", 2_048, 512, 262_144),
      diskGb: part.integer("diskGb", 20, 1, 1_000),
    };
    part.refuseTheRest();
    return read;
  };
  const machines = { seed: size("seed"), lb: size("lb"), monitor: size("monitor") };
  section.refuseTheRest();
  return machines;
}

function readSeed(section: Section): StackConfig["seed"] {
  const seed = { keepPublicIp: section.flag("keepPublicIp", false) };
  section.refuseTheRest();
  return seed;
}

function readPool(section: Section, healthPath: string, problems: string[]): StackConfig["pool"] {
  const name = section.text(
    "name",
    "calc",
    /^[a-z][a-z0-9-]{0,30}$/,
    "up to 31 lower-case letters, digits and hyphens",
  );
  const keepPublicIp = section.flag("keepPublicIp", false);
  const destroyQuietSeconds = section.integer("destroyQuietSeconds", 120, 0, 900);
  const parsed = parseScalingPolicy(withProbePath(section.take("policy"), healthPath));
  section.refuseTheRest();
  if (parsed.kind === "ok") return { name, keepPublicIp, destroyQuietSeconds, policy: parsed.policy };
  problems.push(...parsed.problems.map((problem) => `pool.policy: ${problem}`));
  return { name, keepPublicIp, destroyQuietSeconds, policy: undefined as never };
}

/** New servers are probed where the service says that it is healthy, unless the policy says otherwise. */
function withProbePath(policy: unknown, healthPath: string): unknown {
  if (policy !== undefined && (typeof policy !== "object" || policy === null)) return policy;
  const provision: unknown = policy === undefined ? undefined : Reflect.get(policy, "provision");
  if (provision !== undefined && (typeof provision !== "object" || provision === null)) return policy;
  return { ...policy, provision: { probePath: healthPath, ...provision } };
}

/** The only place outside its folder that knows the demo service. */
const CALC = {
  path: "apps/calc",
  bundle: {
    "server.mjs": "./src/server.ts",
    "worker.mjs": "./src/worker.ts",
    // Piscina starts its threads with a file of its own, which it looks for beside itself and does not export.
    "worker.js": "../../node_modules/piscina/dist/worker.js",
  },
};

function readService(section: Section): ServiceConfig {
  const isDefault = !section.has("path");
  const path = section.text("path", CALC.path, /^\S.*$/, "the path of a folder or a .tar.gz");
  const bundle = section.textMap("bundle", /^[\w-]+\.(m|c)?js$/, "output file to entry");
  const service: ServiceConfig = {
    path,
    ...(Object.keys(bundle).length > 0 ? { bundle } : isDefault ? { bundle: CALC.bundle } : {}),
    command: section.texts("command", ["/opt/autoscaler/bin/node", "server.mjs"], /^[^\r\n\0]+$/, "one line"),
    port: section.integer("port", 3_000, 1, 65_535),
    healthPath: section.text("healthPath", "/healthz", /^\/[\w./-]{0,200}$/, "a path such as /healthz"),
    environment: section.textMap("environment", /^[A-Za-z_][A-Za-z0-9_]*$/, "names of variables"),
  };
  section.refuseTheRest();
  return service;
}

function readArtifacts(section: Section): ArtifactSettings {
  const mirrorUrl = section
    .optionalText("mirrorUrl", URL_PATTERN, "an http or https URL")
    ?.replace(/\/+$/, "");
  const part = section.section("versions");
  const versions = artifactNames.flatMap((name) => {
    const version = part.optionalText(name, /^\d+(\.\d+)+$/, "a version such as 1.2.3");
    return version === undefined ? [] : [[name, version] as const];
  });
  part.refuseTheRest();
  section.refuseTheRest();
  return { ...(mirrorUrl === undefined ? {} : { mirrorUrl }), versions: Object.fromEntries(versions) };
}

/** Ranges are those that the scaler takes. */
function readMonitoring(root: Section, problems: string[]): StackConfig["monitoring"] {
  const section = root.section("monitoring");
  const engine = section.text("alerting", "grafana", /^(grafana|prometheus)$/, "grafana or prometheus");
  const monitoring = {
    scrapeIntervalSeconds: section.integer("scrapeIntervalSeconds", 5, 1, 300),
    cpuWindowSeconds: section.integer("cpuWindowSeconds", 30, 5, 600),
    tickIntervalMs: section.integer("tickIntervalMs", 5_000, 500, 60_000),
    retention: section.text("retention", "7d", /^\d+[hdwy]$/, "a duration such as 7d"),
    // 2 vCPU, 2 GiB, 20 GB at Rp 87 000 a month (the seed article's bill), 730 hours
    rupiahPerServerHour: section.integer("rupiahPerServerHour", 119, 0, 1_000_000),
    runbookUrl: section.text("runbookUrl", "docs/runbook.md", /^[^\s#]+$/, "an address without an anchor"),
  };
  section.refuseTheRest();
  if (monitoring.cpuWindowSeconds < 2 * monitoring.scrapeIntervalSeconds) {
    problems.push("monitoring.cpuWindowSeconds must be at least twice monitoring.scrapeIntervalSeconds");
  }
  return {
    ...monitoring,
    alerting: readAlertingEngine(root.section("grafana"), engine, problems),
    notifications: readNotifications(root.section("notifications"), problems),
  };
}
