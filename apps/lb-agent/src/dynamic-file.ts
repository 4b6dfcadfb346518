import { stringify } from "yaml";
import type { WantedBackends } from "./wanted-backends.ts";

/**
 * Traefik's dynamic configuration for the wanted backends. The marker middleware is used by no router;
 * its name is how Traefik's API shows which generation it serves.
 *
 * Numbers, from the notes on Traefik 3.7: each reload takes every server for up until the next check,
 * hence 2 s / 1 s; a dead machine must cost a client 1 s, not Go's 30 s; `p2c` sends a cold machine less;
 * idle connections to a backend end after 2 s, so that a drained one is soon seen without any, and
 * before the backend ends them itself (Node: 5 s), which would lose the request on its way.
 */
export function renderDynamicFile(wanted: WantedBackends, healthPath: string): string {
  const each = <T>(make: (pool: WantedBackends["pools"][number]) => T) =>
    Object.fromEntries(wanted.pools.map((pool) => [pool.pool, make(pool)]));
  return stringify({
    http: {
      routers: each(({ pool }) => ({ entryPoints: ["web"], rule: "PathPrefix(`/`)", service: pool })),
      middlewares: {
        [markerName(wanted.generation)]: {
          headers: { customResponseHeaders: { "X-Backends-Generation": String(wanted.generation) } },
        },
      },
      services: each(({ pool, backends }) => ({
        loadBalancer: {
          strategy: "p2c",
          passHostHeader: true,
          servers: backends.map((url) => ({ url })),
          healthCheck: { path: healthPath, interval: "2s", timeout: "1s" },
          serversTransport: pool,
        },
      })),
      serversTransports: each(() => ({
        maxIdleConnsPerHost: 100,
        forwardingTimeouts: { dialTimeout: "1s", idleConnTimeout: "2s" },
      })),
    },
  });
}

export function markerName(generation: number): string {
  return `generation-${generation}`;
}
