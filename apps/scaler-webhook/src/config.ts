import { existsSync, readFileSync } from "node:fs";
import { checkedPolicy, ScalingPolicyShape } from "@autoscaler/scaling-core";
import {
  ConfigurationError,
  type Environment,
  parseJson,
  readEnvironment,
  variable,
} from "@autoscaler/service-kit";
import { parseShape, type Shaped } from "@autoscaler/shape";
import { Type } from "typebox";
import { scheduleProblems } from "./adapters/schedules.ts";

const name = Type.String({
  pattern: "^[0-9a-zA-Z][-0-9a-zA-Z]{2,}[0-9a-zA-Z]$",
  allowed: "part of a VM's name: letters, digits and hyphens",
});
const uuid = Type.String({ minLength: 1, allowed: "the uuid of a VM" });

/** `POOL_FILE`, written by Pulumi. */
const PoolFile = Type.Object({
  pool: Type.String({ pattern: "^[a-z][a-z0-9-]{0,30}$", allowed: "a pool name such as calc" }),
  namePrefix: name,
  seed: Type.Object({
    name,
    vmUuid: uuid,
    privateIpv4: Type.String({ pattern: "^(\\d{1,3}\\.){3}\\d{1,3}$", allowed: "an IPv4 address" }),
    /** Of the service; clones of an older one are the first to go. */
    release: Type.Optional(
      Type.String({
        pattern: "^[0-9a-zA-Z._-]{1,64}$",
        allowed: "a release: up to 64 letters, digits, dots and hyphens",
      }),
    ),
  }),
  protectedVmUuids: Type.Array(uuid),
  servicePort: Type.Integer({ minimum: 1, maximum: 65_535 }),
  keepPublicIp: Type.Boolean(),
  policy: ScalingPolicyShape,
});
export type PoolConfig = Shaped<typeof PoolFile>;

const Variables = Type.Object({
  /** With commas between. */
  LISTEN_HOSTS: Type.String({ default: "127.0.0.1" }),
  LISTEN_PORT: variable.port(4000),
  /** Without `/v1`. */
  CLOUD_API_URL: variable.url(),
  /** Empty: the account's default. */
  CLOUD_LOCATION: Type.String({ pattern: "^[a-z0-9-]*$", allowed: "the slug of a location", default: "" }),
  PROMETHEUS_URL: variable.url({ default: "http://127.0.0.1:9090" }),
  LB_AGENT_URL: variable.url(),
  TARGETS_FILE: Type.String({
    pattern: "^/.+\\.json$",
    allowed: "an absolute path that ends in .json",
  }),
  STATE_DIRECTORY: Type.String({ pattern: "^/", allowed: "an absolute path" }),
  TICK_INTERVAL_MS: Type.Integer({ minimum: 500, maximum: 300_000, default: 5_000 }),
  /** Window of the CPU rate; at least two scrapes of Prometheus. */
  METRIC_WINDOW_SECONDS: Type.Integer({ minimum: 5, maximum: 600, default: 30 }),
  /** Told once a minute that the loop lives. */
  HEARTBEAT_URL: Type.Optional(variable.url()),
  LOG_LEVEL: variable.logLevel,
  POOL_FILE: Type.Refine(Type.String({ allowed: "the path of a file that can be read" }), existsSync),
  CLOUD_API_KEY: variable.secret,
  LB_AGENT_TOKEN: variable.secret,
  WEBHOOK_TOKEN: variable.secret,
  /** What Grafana signs its alerts with; the token where no key of its own is given. */
  WEBHOOK_HMAC_KEY: Type.Optional(variable.secret),
  OPERATOR_TOKEN: variable.secret,
});

/** The service's whole configuration. `server.ts` calls it once; nothing else reads the environment. */
export function parseConfig(environment: Environment) {
  const variables = readEnvironment(Variables, environment);
  const listenHosts = variables.LISTEN_HOSTS.split(/[\s,]+/).filter((host) => host !== "");
  return { ...variables, listenHosts, pool: parsePoolFile(readFileSync(variables.POOL_FILE, "utf8")) };
}

/** @throws {ConfigurationError} that names every problem of the file. */
export function parsePoolFile(text: string): PoolConfig {
  const invalid = (problems: readonly string[]) =>
    new ConfigurationError(problems.map((problem) => `POOL_FILE: ${problem}`));
  const file = parseShape(PoolFile, parseJson(text), { whole: "the JSON" });
  if (file.kind === "invalid") throw invalid(file.problems);
  const policy = checkedPolicy(file.value.policy);
  if (policy.kind === "invalid") throw invalid(policy.problems.map((problem) => `policy: ${problem}`));
  const problems = scheduleProblems(policy.policy.schedules);
  if (problems.length > 0) throw invalid(problems);
  return { ...file.value, policy: policy.policy };
}
