import type { AlertingEngine, Notifications } from "@autoscaler/alerting";
import type { ArtifactSettings, BundleEntries, Role } from "@autoscaler/provisioning";
import { checkedPolicy, type ScalingPolicy } from "@autoscaler/scaling-core";
import { fieldOf } from "@autoscaler/service-kit/field-of.ts";
import { parseJson } from "@autoscaler/service-kit/parse-json.ts";
import { parseShape } from "@autoscaler/shape";
import { StackShape, type StackValues } from "./config-shape.ts";

export type MachineSize = StackValues["machines"]["seed"];

export interface ServiceConfig {
  /** Folder or .tar.gz, relative to the repository. */
  readonly path: string;
  readonly bundle?: BundleEntries;
  readonly command: readonly string[];
  readonly port: number;
  readonly healthPath: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What a client typically asks, for `npm start`'s load and for a first try by hand. */
  readonly exampleRequest: { readonly method: string; readonly path: string; readonly body?: unknown };
}

/** The stack's whole configuration, checked. What each key means stands in config-shape.ts. */
export interface StackConfig {
  readonly cloud: {
    readonly apiUrl: string;
    /** In clear: wrap it in `pulumi.secret` before it goes anywhere. */
    readonly apiKey: string;
    readonly location: string;
    readonly pollIntervalMs: number;
  };
  readonly os: StackValues["os"];
  readonly machines: Readonly<Record<Role, MachineSize>>;
  readonly seed: StackValues["seed"];
  readonly pool: Omit<StackValues["pool"], "policy"> & { readonly policy: ScalingPolicy };
  readonly service: ServiceConfig;
  readonly artifacts: ArtifactSettings;
  readonly monitoring: Omit<StackValues["monitoring"], "alerting"> & {
    readonly alerting: AlertingEngine;
    readonly notifications: Notifications;
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

/** Parses everything and reports every problem at once. Never puts a value into a problem. */
export function parseConfig({ values, stack, environment }: ConfigSource): ConfigResult {
  const problems: string[] = [];
  if (!/^[a-zA-Z0-9][-a-zA-Z0-9]{0,29}$/.test(stack)) {
    problems.push("the stack's name becomes part of VM names: use up to 30 letters, digits and hyphens");
  }
  const given = structured(values, problems);
  const apiKey = String(given["apiKey"] ?? environment["IDCLOUDHOST_API_KEY"] ?? "");
  if (apiKey === "") {
    problems.push("apiKey is missing: run `pulumi config set --secret apiKey`, or set IDCLOUDHOST_API_KEY");
  }
  const parsed = parseShape(StackShape, given, { whole: "the configuration", takesText: true });
  if (parsed.kind === "invalid") return { kind: "invalid", problems: [...problems, ...parsed.problems] };

  const read: StackValues = parsed.value;
  const { apiUrl, location, pollIntervalMs } = read;
  const { alerting: engine, ...monitoring } = read.monitoring;
  if (monitoring.cpuWindowSeconds < 2 * monitoring.scrapeIntervalSeconds) {
    problems.push("monitoring.cpuWindowSeconds must be at least twice monitoring.scrapeIntervalSeconds");
  }
  const alerting = alertingEngine(read.grafana, engine, problems);
  const service = serviceOf(read.service);
  const policy = checkedPolicy(withProbePath(read.pool.policy, given, service.healthPath));
  if (policy.kind === "invalid")
    problems.push(...policy.problems.map((problem) => `pool.policy: ${problem}`));
  if (problems.length > 0 || policy.kind === "invalid") return { kind: "invalid", problems };

  const { mirrorUrl, versions } = read.artifacts;
  return {
    kind: "ok",
    config: {
      cloud: { apiUrl: withoutSlash(apiUrl), apiKey, location, pollIntervalMs },
      os: read.os,
      machines: read.machines,
      seed: read.seed,
      pool: { ...read.pool, policy: policy.policy },
      service,
      artifacts: { ...(mirrorUrl === undefined ? {} : { mirrorUrl: withoutSlash(mirrorUrl) }), versions },
      monitoring: { ...monitoring, alerting, notifications: read.notifications },
      authorizedKeys: read.authorizedKeys,
    },
  };
}

/** Pulumi hands structured values over as JSON text. */
function structured(
  values: Readonly<Record<string, string>>,
  problems: string[],
): Readonly<Record<string, unknown>> {
  const properties: Readonly<Record<string, { readonly type?: string }>> = StackShape.properties;
  const parse = (key: string, text: string): unknown => {
    const { type } = properties[key] ?? {};
    if (type !== "object" && type !== "array") return text;
    const value = parseJson(text);
    if (value === undefined)
      problems.push(
        `${key} must be structured: set it with \`pulumi config set --path\` or in the stack's file`,
      );
    return value;
  };
  return Object.fromEntries(Object.entries(values).map(([key, text]) => [key, parse(key, text)]));
}

/** New servers are probed where the service says that it is healthy, unless the policy says otherwise. */
function withProbePath(policy: ScalingPolicy, given: unknown, probePath: string): ScalingPolicy {
  const own = fieldOf(given, "pool", "policy", "provision", "probePath");
  return own === undefined ? { ...policy, provision: { ...policy.provision, probePath } } : policy;
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
  // The article's cost varies by 2^n with the number, so random ones would make a load a lottery.
  exampleRequest: { method: "POST", path: "/calculate", body: { number: 13 } },
};

function serviceOf({
  path,
  bundle,
  environment,
  exampleRequest,
  ...rest
}: StackValues["service"]): ServiceConfig {
  const isGiven = Object.keys(bundle).length > 0;
  return {
    ...rest,
    path: path ?? CALC.path,
    exampleRequest:
      exampleRequest ?? (path === undefined ? CALC.exampleRequest : { method: "GET", path: "/" }),
    ...(isGiven ? { bundle } : path === undefined ? { bundle: CALC.bundle } : {}),
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, String(value)]),
    ),
  };
}

function alertingEngine(
  { url, token, prometheusUrl, scalerUrl }: StackValues["grafana"],
  engine: "grafana" | "prometheus",
  problems: string[],
): AlertingEngine {
  if (url === undefined) {
    if (token ?? prometheusUrl ?? scalerUrl)
      problems.push("grafana.url is missing: the others are of no use without it");
    return { kind: engine };
  }
  if (token === undefined) {
    problems.push("grafana.token is missing: make a service account with the role Admin and give its token");
  }
  return {
    kind: "external-grafana",
    url: withoutSlash(url),
    token: token ?? "",
    ...(prometheusUrl === undefined ? {} : { prometheusUrl: withoutSlash(prometheusUrl) }),
    ...(scalerUrl === undefined ? {} : { scalerUrl: withoutSlash(scalerUrl) }),
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
