import { type Environment, type EnvironmentReader, readEnvironment } from "@autoscaler/service-kit";
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

/** @throws {ConfigurationError} with every problem found. */
export function parseConfig(environment: Environment): Config {
  return readEnvironment(environment, (env) => {
    const path = { pattern: /^\/[\w./-]*$/, shape: "an absolute path of plain characters" };
    const allowed = readAllowed(env);
    return {
      listenHost: env.text("LISTEN_HOST"),
      listenPort: env.integer("LISTEN_PORT", { min: 1, max: 65_535, fallback: 4100 }),
      token: env.credential("lb-agent-token"),
      allowed,
      first: readFirst(env, environment, allowed),
      traefikApiUrl: env.url("TRAEFIK_API_URL", { fallback: "http://127.0.0.1:8080" }),
      dynamicDirectory: env.text("DYNAMIC_DIRECTORY", path),
      stateDirectory: env.text("STATE_DIRECTORY", path),
      healthPath: env.text("HEALTH_PATH", { ...path, fallback: "/healthz" }),
      acknowledgeTimeoutMs: env.integer("ACKNOWLEDGE_TIMEOUT_MS", { min: 100, max: 25_000, fallback: 5000 }),
    };
  });
}

function readAllowed(env: EnvironmentReader): AllowedBackends {
  const shape = "a network such as 10.77.1.0/24 (prefix 8 to 30, no host bits)";
  const text = env.text("ALLOWED_NETWORK");
  const network = parseNetwork(text);
  if (text !== "" && network === undefined) env.text("ALLOWED_NETWORK", { pattern: NEVER, shape });
  return {
    network: network ?? { base: 0, prefixLength: 8 },
    port: env.integer("ALLOWED_PORT", { min: 1, max: 65_535, fallback: 3000 }),
    pools: [env.text("POOL", { pattern: /^[a-z][a-z0-9-]{0,30}$/, shape: "a pool name such as calc" })],
  };
}

function readFirst(
  env: EnvironmentReader,
  environment: Environment,
  allowed: AllowedBackends,
): WantedBackends {
  const seedUrl = environment["SEED_URL"]?.trim() ?? "";
  if (seedUrl === "") return { generation: 0, pools: [] };
  if (!isAllowedBackend(seedUrl, allowed)) {
    const shape = `http://<address in ALLOWED_NETWORK>:${allowed.port}`;
    env.text("SEED_URL", { pattern: NEVER, shape });
  }
  return { generation: 0, pools: allowed.pools.map((pool) => ({ pool, backends: [seedUrl] })) };
}

/** Matches nothing: how a check that is no pattern reports its problem. */
const NEVER = /(?!)/;
