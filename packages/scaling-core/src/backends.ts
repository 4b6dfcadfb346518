import { isReady, type LifecycleLimits } from "./server-lifecycle.ts";
import type { Server } from "./server-record.ts";

/**
 * The clones that the load balancer should know, sorted by name: those that serve, and those whose probes
 * have passed. The seed is not among them; the caller puts it first, always.
 */
export function wantedBackends(servers: readonly Server[], limits: LifecycleLimits): readonly Server[] {
  return servers
    .filter((server) => {
      const { phase, privateIpv4, publishedAtMs } = server.record;
      if (privateIpv4 === undefined) return false;
      if (phase === "serving") return true;
      // What may get traffic already, by an answer that got lost, keeps it until it fails: a restart has seen no probe.
      const isWell = server.sighting.failedProbeCount < limits.failedProbesInARow;
      return phase === "probing" && (isReady(server, limits) || (publishedAtMs !== undefined && isWell));
    })
    .sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
}
