import { type Clock, createLogger, systemClock, writeFileAtomically } from "@autoscaler/service-kit";
import { startAgent } from "../agent.ts";
import { type AllowedBackends, parseNetwork } from "../allowed-backends.ts";
import { buildApp } from "../app.ts";
import { readConnections } from "../connections.ts";
import { renderDynamicFile } from "../dynamic-file.ts";
import { createMetrics } from "../metrics.ts";
import { createStateFile } from "../state-file.ts";
import { createTraefik } from "../traefik.ts";

export const token = "test-token";

export interface AgentSetUp {
  readonly traefikApiUrl: string;
  readonly directory: string;
  readonly network?: string;
  readonly port?: number;
  readonly seedUrl?: string;
  readonly acknowledgeTimeoutMs?: number;
  readonly clock?: Clock;
  readonly procNet?: string;
}

/** The agent as `server.ts` wires it, on a directory of the test. */
export async function startTestAgent(setUp: AgentSetUp) {
  const { directory, traefikApiUrl, network = "10.77.1.0/24", port = 3000, clock = systemClock } = setUp;
  const log = createLogger({ service: "lb-agent", level: "silent" });
  const metrics = createMetrics();
  const allowed: AllowedBackends = {
    network: parseNetwork(network) ?? { base: 0, prefixLength: 8 },
    port,
    pools: ["calc"],
  };
  const pools = setUp.seedUrl === undefined ? [] : [{ pool: "calc", backends: [setUp.seedUrl] }];
  const agent = await startAgent(
    { allowed, acknowledgeTimeoutMs: setUp.acknowledgeTimeoutMs ?? 5000, first: { generation: 0, pools } },
    {
      clock,
      log,
      metrics,
      state: createStateFile({ directory: `${directory}/state`, allowed, log }),
      traefik: createTraefik({ apiUrl: traefikApiUrl, timeoutMs: 1000 }),
      writeDynamicFile: (wanted) =>
        writeFileAtomically(`${directory}/dynamic/backends.yml`, renderDynamicFile(wanted, "/healthz"), {
          stagingDirectory: `${directory}/state/staging`,
          mode: 0o644,
        }),
      readConnections: () => readConnections(setUp.procNet),
    },
  );
  const app = buildApp({ agent, metrics, token });
  const put = (generation: number, backends: readonly string[]) =>
    app.inject({
      method: "PUT",
      url: "/v1/backends",
      headers: { authorization: `Bearer ${token}` },
      payload: { generation, pools: [{ pool: "calc", backends }] },
    });
  const get = () => app.inject({ url: "/v1/backends", headers: { authorization: `Bearer ${token}` } });
  return { agent, app, put, get };
}
