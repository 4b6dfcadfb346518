import { isReady } from "@autoscaler/scaling-core";
import type { Pool } from "../pool.ts";
import { probed } from "../record-observation.ts";

/** Probes a server on its way in, at the policy's own pace, until it is ready or no longer on its way. */
export async function probeUntilReady(pool: Pool, name: string): Promise<void> {
  const { config, clones, limits, ports, stopping } = pool;
  for (;;) {
    const server = clones.get(name);
    if (stopping.aborted || server?.record.phase !== "probing" || isReady(server, limits)) return;
    const { privateIpv4 } = server.record;
    if (privateIpv4 === undefined) return;

    const isHealthy = await ports.probe.isHealthy(privateIpv4);
    const latest = clones.get(name);
    if (latest?.record.phase !== "probing") return;
    clones.noteSighting(name, probed(latest.sighting, isHealthy));
    if (isHealthy && latest.record.times.firstGoodProbeAtMs === undefined) {
      const firstGoodProbeAtMs = ports.clock.nowMs();
      clones.update(name, (record) => ({ ...record, times: { ...record.times, firstGoodProbeAtMs } }));
      ports.log.info({ event: "server.answered", server: name }, "server answered its first probe");
    }
    const probedServer = clones.get(name);
    if (probedServer !== undefined && isReady(probedServer, limits)) return;
    await ports.clock
      .sleep(config.policy.provision.probeIntervalSeconds * 1000, stopping)
      .catch(() => undefined);
  }
}
