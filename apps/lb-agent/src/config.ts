import { ConfigurationError, type Environment, readEnvironment, variable } from "@autoscaler/service-kit";
import { Type } from "typebox";
import { type AllowedBackends, isAllowedBackend, parseNetwork } from "./allowed-backends.ts";
import type { WantedBackends } from "./wanted-backends.ts";

export interface Config {
  readonly listenHost: string;
  readonly listenPort: number;
  readonly token: string;
  readonly allowed: AllowedBackends;
  /** What is served while the agent has never been told anything. */
  readonly first: WantedBackends;
  readonly traefikApiUrl: string;
  /** The directory Traefik watches; on the same file system as `stateDirectory`. */
  readonly dynamicDirectory: string;
  readonly stateDirectory: string;
  readonly healthPath: string;
  readonly acknowledgeTimeoutMs: number;
}

const path = { pattern: "^/[\\w./-]*$", allowed: "an absolute path of plain characters" };
const Variables = Type.Object({
  LISTEN_HOST: Type.String(),
  LISTEN_PORT: variable.port(4100),
  LB_AGENT_TOKEN: variable.secret,
  ALLOWED_NETWORK: Type.Refine(
    Type.String({ allowed: "a network such as 10.77.1.0/24 (prefix 8 to 30, no host bits)" }),
    (text) => parseNetwork(text) !== undefined,
  ),
  ALLOWED_PORT: variable.port(3000),
  POOL: Type.String({ pattern: "^[a-z][a-z0-9-]{0,30}$", allowed: "a pool name such as calc" }),
  SEED_URL: Type.Optional(Type.String()),
  TRAEFIK_API_URL: variable.url({ default: "http://127.0.0.1:8080" }),
  DYNAMIC_DIRECTORY: Type.String(path),
  STATE_DIRECTORY: Type.String(path),
  HEALTH_PATH: Type.String({ ...path, default: "/healthz" }),
  ACKNOWLEDGE_TIMEOUT_MS: Type.Integer({ minimum: 100, maximum: 25_000, default: 5000 }),
});

/** @throws {ConfigurationError} with every problem found. */
export function parseConfig(environment: Environment): Config {
  const env = readEnvironment(Variables, environment);
  const network = parseNetwork(env.ALLOWED_NETWORK) ?? { base: 0, prefixLength: 8 };
  const allowed = { network, port: env.ALLOWED_PORT, pools: [env.POOL] };
  const { SEED_URL: seedUrl } = env;
  if (seedUrl !== undefined && !isAllowedBackend(seedUrl, allowed))
    throw new ConfigurationError([`SEED_URL must be http://<address in ALLOWED_NETWORK>:${allowed.port}`]);
  return {
    listenHost: env.LISTEN_HOST,
    listenPort: env.LISTEN_PORT,
    token: env.LB_AGENT_TOKEN,
    allowed,
    first: {
      generation: 0,
      pools: seedUrl === undefined ? [] : [{ pool: env.POOL, backends: [seedUrl] }],
    },
    traefikApiUrl: env.TRAEFIK_API_URL.replace(/\/+$/, ""),
    dynamicDirectory: env.DYNAMIC_DIRECTORY,
    stateDirectory: env.STATE_DIRECTORY,
    healthPath: env.HEALTH_PATH,
    acknowledgeTimeoutMs: env.ACKNOWLEDGE_TIMEOUT_MS,
  };
}
