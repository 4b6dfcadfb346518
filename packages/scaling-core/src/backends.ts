import { isReady, type LifecycleLimits } from "./server-lifecycle.ts";
import type { Server } from "./server-record.ts";

/**
 * The clones that the load balancer should know, sorted by name: those that serve, and those whose probes
 * have passed. The seed is not among them; the caller puts it first, always.
 */
export function wantedBackends(servers: readonly Server[], limits: LifecycleLimits): readonly Server[] {
  return servers
    .filter((server) => {
      const { phase, privateIpv4 } = server.record;
      return (
        privateIpv4 !== undefined && (phase === "serving" || (phase === "probing" && isReady(server, limits)))
      );
    })
    .sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
}
