import { parseScalingPolicy, type ScalingPolicy } from "@autoscaler/scaling-core";
import { type Environment, parseJson, readEnvironment } from "@autoscaler/service-kit";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { scheduleProblems } from "./adapters/schedules.ts";

const Name = "^[0-9a-zA-Z][-0-9a-zA-Z]{2,}[0-9a-zA-Z]$";
const Ipv4 = "^(\\d{1,3}\\.){3}\\d{1,3}$";

/** `POOL_FILE`, written by Pulumi. The policy is checked by its own parser. */
const PoolFile = Type.Object(
  {
    pool: Type.String({ pattern: "^[a-z][a-z0-9-]{0,30}$" }),
    namePrefix: Type.String({ pattern: Name }),
    seed: Type.Object(
      {
        name: Type.String({ pattern: Name }),
        vmUuid: Type.String({ minLength: 1 }),
        privateIpv4: Type.String({ pattern: Ipv4 }),
        /** Of the service; clones of an older one are the first to go. */
        release: Type.Optional(Type.String({ pattern: "^[0-9a-zA-Z._-]{1,64}$" })),
      },
      { additionalProperties: false },
    ),
    protectedVmUuids: Type.Array(Type.String({ minLength: 1 })),
    servicePort: Type.Integer({ minimum: 1, maximum: 65_535 }),
    keepPublicIp: Type.Boolean(),
    policy: Type.Unknown(),
  },
  { additionalProperties: false },
);

export interface PoolConfig extends Readonly<Omit<Static<typeof PoolFile>, "policy">> {
  readonly policy: ScalingPolicy;
}

export interface Config {
  readonly listenHosts: readonly string[];
  readonly listenPort: number;
  /** Without `/v1`. */
  readonly cloudApiUrl: string;
  /** Slug of the location; empty: the account's default. */
  readonly cloudLocation: string;
  readonly prometheusUrl: string;
  readonly lbAgentUrl: string;
  readonly targetsFile: string;
  readonly stateDirectory: string;
  readonly tickIntervalMs: number;
  /** Window of the CPU rate; at least two scrapes of Prometheus. */
  readonly metricWindowSeconds: number;
  /** Told once a minute that the loop lives; empty: nobody is told. */
  readonly heartbeatUrl: string;
  readonly logLevel: string;
  readonly pool: PoolConfig;
  readonly cloudApiKey: string;
  readonly lbAgentToken: string;
  readonly webhookToken: string;
  /** What Grafana signs its alerts with; the token where no key of its own is given. */
  readonly webhookHmacKey: string;
  readonly operatorToken: string;
}

/** The service's whole configuration. `server.ts` calls it once; nothing else reads the environment. */
export function parseConfig(environment: Environment): Config {
  return readEnvironment(environment, (env) => {
    const webhookToken = env.credential("webhook-token");
    return {
      listenHosts: env
        .text("LISTEN_HOSTS", { fallback: "127.0.0.1" })
        .split(",")
        .map((host) => host.trim())
        .filter((host) => host !== ""),
      listenPort: env.integer("LISTEN_PORT", { min: 1, max: 65_535, fallback: 4000 }),
      cloudApiUrl: env.url("CLOUD_API_URL"),
      cloudLocation: env.text("CLOUD_LOCATION", {
        fallback: "",
        pattern: /^[a-z0-9-]*$/,
        shape: "the slug of a location",
      }),
      prometheusUrl: env.url("PROMETHEUS_URL", { fallback: "http://127.0.0.1:9090" }),
      lbAgentUrl: env.url("LB_AGENT_URL"),
      targetsFile: env.text("TARGETS_FILE", {
        pattern: /^\/.+\.json$/,
        shape: "an absolute path that ends in .json",
      }),
      stateDirectory: env.text("STATE_DIRECTORY", { pattern: /^\//, shape: "an absolute path" }),
      tickIntervalMs: env.integer("TICK_INTERVAL_MS", { min: 500, max: 300_000, fallback: 5_000 }),
      metricWindowSeconds: env.integer("METRIC_WINDOW_SECONDS", { min: 5, max: 600, fallback: 30 }),
      heartbeatUrl: env.text("HEARTBEAT_URL", {
        fallback: "",
        pattern: /^(https?:\/\/\S+)?$/,
        shape: "an http or https URL",
      }),
      logLevel: env.text("LOG_LEVEL", { fallback: "info", pattern: /^(trace|debug|info|warn|error)$/ }),
      pool: env.file("POOL_FILE", parsePoolFile),
      cloudApiKey: env.credential("cloud-api-key"),
      lbAgentToken: env.credential("lb-agent-token"),
      webhookToken,
      webhookHmacKey: env.optionalCredential("webhook-hmac-key") ?? webhookToken,
      operatorToken: env.credential("operator-token"),
    };
  });
}

/** @throws one error that names every problem of the file. */
export function parsePoolFile(text: string): PoolConfig {
  const value = parseJson(text);
  if (value === undefined) throw new Error("the file is not JSON");
  const problems = Value.Errors(PoolFile, value).map(
    ({ instancePath, message }) =>
      `${instancePath === "" ? "the file" : instancePath.slice(1).replaceAll("/", ".")} ${message}`,
  );
  const policy = parseScalingPolicy(
    typeof value === "object" && value !== null ? Reflect.get(value, "policy") : undefined,
  );
  if (policy.kind === "invalid") problems.push(...policy.problems.map((problem) => `policy: ${problem}`));
  if (policy.kind === "ok") problems.push(...scheduleProblems(policy.policy.schedules));
  if (policy.kind === "invalid" || problems.length > 0 || !Value.Check(PoolFile, value))
    throw new Error(problems.join("; "));
  return { ...value, policy: policy.policy };
}
