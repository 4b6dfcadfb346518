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
import { binDirectory, type CommonSettings, commonParts, currentRelease, uploadedArchive } from "./common.ts";

export interface LoadBalancerSettings extends CommonSettings {
  readonly artifacts: readonly ArtifactInstall[];
  readonly releaseSha256: string;
  readonly privateIpv4: string;
  readonly pool: string;
  readonly seedUrl: string;
  readonly servicePort: number;
  readonly healthPath: string;
  readonly lbAgentToken: string;
  /** Upper bounds of the histogram of response times, in seconds. */
  readonly latencyBuckets: readonly number[];
}

const TRAEFIK_FILE = "/etc/autoscaler/traefik.yml";
const AGENT_ENVIRONMENT = "/etc/autoscaler/lb-agent.env";
const DYNAMIC_DIRECTORY = "/var/lib/lb-agent/dynamic";

/** Traefik's static configuration; what changes at run time comes from lb-agent's watched folder. */
export function traefikConfiguration({
  privateIpv4,
  latencyBuckets,
}: Pick<LoadBalancerSettings, "privateIpv4" | "latencyBuckets">): string {
  return stringify({
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: "INFO", format: "json" },
    api: { insecure: true, dashboard: true }, // on the entry point "traefik": loopback only
    ping: {},
    metrics: {
      prometheus: {
        entryPoint: "metrics",
        addEntryPointsLabels: true,
        addServicesLabels: true,
        buckets: [...latencyBuckets],
      },
    },
    entryPoints: {
      web: {
        address: ":80",
        transport: {
          lifeCycle: { requestAcceptGraceTimeout: "5s", graceTimeOut: "30s" },
          respondingTimeouts: { readTimeout: "60s", idleTimeout: "90s" },
        },
      },
      traefik: { address: `127.0.0.1:${ports.traefikApi}` },
      metrics: { address: `${privateIpv4}:${ports.traefikMetrics}` },
    },
    providers: {
      providersThrottleDuration: "200ms",
      file: { directory: DYNAMIC_DIRECTORY, watch: true },
    },
  });
}

/** Traefik and the agent that tells it its backends. The agent starts first: it makes the watched folder. */
export function loadBalancerDocument(settings: LoadBalancerSettings): ApplyDocument {
  const common = commonParts(settings);
  const agent = serviceUnit({
    description: "Tells Traefik its backends",
    user: "lb-agent",
    command: [`${binDirectory}/node`, "server.mjs"],
    workingDirectory: currentRelease("lb-agent"),
    environmentFile: AGENT_ENVIRONMENT,
    credentials: ["lb-agent-token"],
    stateDirectories: ["lb-agent", "lb-agent/dynamic"],
    networks: ["localhost", settings.networkCidr],
  });
  const traefik = serviceUnit({
    description: "Load balancer",
    user: "traefik",
    command: [`${binDirectory}/traefik`, `--configFile=${TRAEFIK_FILE}`],
    after: ["lb-agent.service"],
    lowPorts: true,
    stopTimeoutSeconds: 45,
  });
  return {
    artifacts: settings.artifacts,
    users: ["lb-agent", "traefik", ...common.users],
    files: [
      rootFile(TRAEFIK_FILE, traefikConfiguration(settings)),
      rootFile(unitPath("traefik.service"), traefik),
      credentialFile("lb-agent-token", settings.lbAgentToken),
      rootFile(
        AGENT_ENVIRONMENT,
        environmentFile({
          LISTEN_HOST: settings.privateIpv4,
          LISTEN_PORT: ports.lbAgent,
          ALLOWED_NETWORK: settings.networkCidr,
          ALLOWED_PORT: settings.servicePort,
          TRAEFIK_API_URL: `http://127.0.0.1:${ports.traefikApi}`,
          DYNAMIC_DIRECTORY,
          STATE_DIRECTORY: "/var/lib/lb-agent", // systemd would give both of them, joined by a colon
          HEALTH_PATH: settings.healthPath,
          ACKNOWLEDGE_TIMEOUT_MS: 5000,
          POOL: settings.pool,
          SEED_URL: settings.seedUrl,
        }),
      ),
      rootFile(unitPath("lb-agent.service"), agent),
      ...common.files,
    ],
    releases: [{ unit: "lb-agent", archive: uploadedArchive("lb-agent"), sha256: settings.releaseSha256 }],
    units: [
      ...common.units,
      {
        name: "lb-agent.service",
        uses: ["node", "lb-agent", AGENT_ENVIRONMENT, credentialPath("lb-agent-token")],
      },
      { name: "traefik.service", uses: ["traefik", TRAEFIK_FILE] },
    ],
    health: [
      {
        url: `http://${settings.privateIpv4}:${ports.lbAgent}/healthz`,
        unit: "lb-agent.service",
        timeoutSeconds: 60,
      },
      { url: `http://127.0.0.1:${ports.traefikApi}/ping`, unit: "traefik.service", timeoutSeconds: 60 },
    ],
  };
}
