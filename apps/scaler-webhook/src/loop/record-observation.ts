import type { SeenVm, Server } from "@autoscaler/scaling-core";
import type { Observation } from "./observe.ts";
import { backendUrl, type Pool } from "./pool.ts";
import type { BackendReading } from "./ports.ts";

/** Puts what the tick saw into the servers' sightings. */
export function recordObservation(pool: Pool, observation: Observation): void {
  const { state, config, clones } = pool;
  const isSeedHealthy = observation.isHealthy.get(config.seed.name);
  if (isSeedHealthy !== undefined)
    state.seedFailedProbeCount = isSeedHealthy ? 0 : state.seedFailedProbeCount + 1;
  if (observation.loadBalancer !== undefined) state.lastStatus = observation.loadBalancer;
  state.loadPercentByServer = new Map(
    [...(observation.loads ?? [])].flatMap(([name, reading]) =>
      reading.kind === "fresh" ? [[name, reading.percent]] : [],
    ),
  );
  const vms = observation.cloud && {
    askedAtMs: observation.cloud.askedAtMs,
    byUuid: new Map(observation.cloud.vms.map((vm) => [vm.uuid, vm])),
    byName: new Map(observation.cloud.vms.map((vm) => [vm.name, vm])),
  };
  const backends = observation.loadBalancer && {
    askedAtMs: observation.loadBalancer.askedAtMs,
    byUrl: new Map(observation.loadBalancer.status.backends.map((backend) => [backend.url, backend])),
  };
  for (const server of clones.live()) {
    recordCloud(pool, server, vms);
    recordProbe(pool, server, observation);
    recordLoadBalancer(pool, server, backends);
  }
}

interface SeenVms {
  readonly askedAtMs: number;
  readonly byUuid: ReadonlyMap<string, SeenVm>;
  readonly byName: ReadonlyMap<string, SeenVm>;
}

interface SeenBackends {
  readonly askedAtMs: number;
  readonly byUrl: ReadonlyMap<string, BackendReading>;
}

function recordCloud({ clones }: Pool, { record, sighting }: Server, cloud: SeenVms | undefined): void {
  if (cloud === undefined) return;
  const vm = record.vmUuid === undefined ? cloud.byName.get(record.name) : cloud.byUuid.get(record.vmUuid);
  if (vm !== undefined) {
    // A list lags: what the detail call has proven stays proven.
    if (!sighting.isProvenAbsent)
      clones.noteSighting(record.name, { vm: { ...sighting.vm, ...vm }, absentReadCount: 0 });
  } else if (record.vmUuid !== undefined && cloud.askedAtMs > record.phaseSinceMs) {
    clones.noteSighting(record.name, { absentReadCount: sighting.absentReadCount + 1 });
  }
}

function recordProbe({ clones }: Pool, { record, sighting }: Server, { isHealthy }: Observation): void {
  const healthy = isHealthy.get(record.name);
  if (healthy === undefined) return;
  clones.noteSighting(record.name, probed(sighting, healthy));
}

/** Probes in a row, good or failed. */
export function probed(
  { goodProbeCount, failedProbeCount }: Pick<Server["sighting"], "goodProbeCount" | "failedProbeCount">,
  isHealthy: boolean,
) {
  return isHealthy
    ? { goodProbeCount: goodProbeCount + 1, failedProbeCount: 0 }
    : { goodProbeCount: 0, failedProbeCount: failedProbeCount + 1 };
}

function recordLoadBalancer(pool: Pool, { record }: Server, loadBalancer: SeenBackends | undefined): void {
  const { name, phase, privateIpv4, outAcknowledgedAtMs } = record;
  if (privateIpv4 === undefined) return;
  const url = backendUrl(pool.config, privateIpv4);
  const backend = loadBalancer?.byUrl.get(url);
  // A backend that the load balancer does not even list has no connection of it.
  pool.clones.noteSighting(name, {
    openConnectionCount: loadBalancer === undefined ? undefined : (backend?.openConnectionCount ?? 0),
  });
  const isBack = phase === "draining" && outAcknowledgedAtMs !== undefined && backend?.served === true;
  if (isBack && loadBalancer !== undefined && loadBalancer.askedAtMs > outAcknowledgedAtMs) {
    pool.clones.update(name, (latest) => ({ ...latest, outAcknowledgedAtMs: undefined }));
    pool.state.acknowledged = undefined;
    pool.ports.log.warn(
      { event: "server.served_again", server: name },
      "the load balancer serves a server that left",
    );
  }
}
