import type { BackendState, BackendsStatus } from "@autoscaler/contracts";
import { type AllowedBackends, isAllowedBackend } from "./allowed-backends.ts";
import type { ConnectionCounts } from "./connections.ts";
import type { ServedBackends } from "./traefik.ts";
import type { WantedBackends } from "./wanted-backends.ts";

export interface StatusInput {
  readonly wanted: WantedBackends;
  readonly served: ServedBackends;
  readonly connections: ConnectionCounts;
  readonly allowed: AllowedBackends;
}

/**
 * Puts the three views side by side. A backend that is neither wanted nor served any more is still listed
 * (under the first pool) while connections to it are open: that is how a drain is watched.
 */
export function backendsStatus({ wanted, served, connections, allowed }: StatusInput): BackendsStatus {
  const leaving = [...connections.keys()]
    .map((end) => `http://${end}`)
    .filter((url) => isAllowedBackend(url, allowed));
  const listed = new Set<string>();
  const pools = allowed.pools.map((pool) => {
    const wantedUrls = wanted.pools.find((entry) => entry.pool === pool)?.backends ?? [];
    const servedPool = served.pools.get(pool);
    const servedUrls = servedPool?.servers ?? [];
    const urls = [...new Set([...wantedUrls, ...servedUrls])];
    for (const url of urls) listed.add(url);
    const state = (url: string): BackendState => ({
      url,
      wanted: wantedUrls.includes(url),
      served: servedUrls.includes(url),
      health: servedPool?.health.get(url) ?? "unknown",
      openConnectionCount: connections.get(url.slice("http://".length)) ?? 0,
    });
    return { pool, urls, state };
  });
  return {
    wantedGeneration: wanted.generation,
    servedGeneration: served.generation ?? 0,
    pools: pools.map(({ pool, urls, state }, at) => {
      const drained = at === 0 ? leaving.filter((url) => !listed.has(url)) : [];
      return { pool, backends: [...urls, ...drained].sort().map(state) };
    }),
  };
}
