import {
  noBackOff,
  onlyReadyServed,
  type ServerRecord,
  seedAlwaysServed,
  wantedBackends,
} from "@autoscaler/scaling-core";
import { paceMs } from "./pace.ts";
import { backendUrl, type Pool } from "./pool.ts";
import type { Backend, ReactionLeg } from "./ports.ts";
import { reportViolations } from "./violations.ts";

/** Brings the load balancer to the wanted backends, and servers into or out of service once it is proven. */
export function publishBackends(pool: Pool): void {
  const { clones, config, lanes, limits, ports, seedUrl, state } = pool;
  const wanted = wantedBackends(clones.live(), limits);
  const backends: readonly Backend[] = [
    { server: config.seed.name, url: seedUrl },
    ...wanted.map(({ record }) => ({ server: record.name, url: urlOf(pool, record) })),
  ];

  if (isServed(pool, backends)) {
    settle(pool);
    return;
  }
  if (ports.clock.nowMs() < state.publishNotBeforeMs) return;
  const readyUrls = new Set(wanted.map(({ record }) => urlOf(pool, record)));
  const urls = backends.map(({ url }) => url);
  const violations = [...seedAlwaysServed(urls, seedUrl), ...onlyReadyServed(urls, seedUrl, readyUrls)];
  if (reportViolations(pool, "backends", violations)) return;
  lanes.start("load-balancer", "publishBackends", () => publish(pool, backends));
}

async function publish(pool: Pool, backends: readonly Backend[]): Promise<void> {
  const { clones, config, failures, ports, state } = pool;
  const { clock, journal, loadBalancer, log } = ports;
  const startedAtMs = clock.nowMs();
  // Until the answer it is unknown what is served.
  state.acknowledged = undefined;
  for (const { server } of backends) {
    if (server === config.seed.name) continue;
    clones.update(server, (record) =>
      record.publishedAtMs === undefined ? { ...record, publishedAtMs: startedAtMs } : record,
    );
  }
  const generation = journal.generationFor(backends);
  const result = await loadBalancer.publish(generation, backends);

  switch (result.kind) {
    case "acknowledged":
      state.acknowledged = { backends, atMs: clock.nowMs() };
      failures.worked("publishBackends");
      log.info(
        {
          event: "backends.acknowledged",
          generation,
          backendCount: backends.length,
          durationMs: clock.nowMs() - startedAtMs,
        },
        "the load balancer serves the backends",
      );
      settle(pool);
      return;
    case "stale": {
      const { wantedGeneration } = await loadBalancer.status();
      // This one is known with other backends there, even where nothing later is.
      journal.outrunGeneration(Math.max(generation, wantedGeneration));
      log.warn(
        { event: "backends.generation_raised", generation, wantedGeneration },
        "the load balancer knew this or a later generation otherwise",
      );
      return;
    }
    case "failed":
      state.publishNotBeforeMs = clock.nowMs() + paceMs.publishAgain;
      failures.failed("publishBackends", new Error(`not acknowledged: ${result.why}`));
  }
}

/** Acknowledged, and not contradicted by a later look at the load balancer. */
function isServed({ state }: Pool, backends: readonly Backend[]): boolean {
  const { acknowledged, lastStatus } = state;
  const identities = (some: readonly Backend[]) => some.map(({ server, url }) => `${server} ${url}`);
  if (acknowledged === undefined || !isSame(identities(acknowledged.backends), identities(backends)))
    return false;
  if (lastStatus === undefined || lastStatus.askedAtMs <= acknowledged.atMs) return true;
  return isSame(
    lastStatus.status.backends.filter(({ served }) => served).map(({ url }) => url),
    backends.map(({ url }) => url),
  );
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((url) => others.includes(url));
}

/** What the load balancer is proven to serve decides who is in service and who is out. */
function settle(pool: Pool): void {
  const { acknowledged } = pool.state;
  if (acknowledged === undefined) return;
  for (const { record } of pool.clones.live()) {
    const isIn = acknowledged.backends.some(({ server }) => server === record.name);
    if (record.phase === "probing" && isIn) enterService(pool, record, acknowledged.atMs);
    const isLeaving = record.phase === "draining" || record.phase === "deleting";
    if (
      isLeaving &&
      record.publishedAtMs !== undefined &&
      !isIn &&
      record.outAcknowledgedAtMs === undefined
    ) {
      pool.clones.update(record.name, (latest) => ({ ...latest, outAcknowledgedAtMs: acknowledged.atMs }));
      pool.ports.log.info(
        { event: "server.out_of_service", server: record.name },
        "the load balancer let the server go",
      );
    }
  }
}

function enterService({ clones, ports }: Pool, record: ServerRecord, atMs: number): void {
  const isFirst = record.times.acknowledgedAtMs === undefined;
  const { times } = clones.enter(record.name, "serving", {
    why: "the load balancer serves it",
    inServiceSinceMs: atMs,
    times: isFirst ? { ...record.times, acknowledgedAtMs: atMs } : record.times,
  });
  ports.journal.remember({ backOff: noBackOff });
  if (!isFirst) return;
  const legs: readonly (readonly [ReactionLeg, number | undefined, number | undefined])[] = [
    ["t0_t1", times.breachAtMs, times.decidedAtMs],
    ["t1_t2", times.decidedAtMs, times.cloneSentAtMs],
    ["t2_t3", times.cloneSentAtMs, times.runningAtMs],
    ["t3_t4", times.runningAtMs, times.firstGoodProbeAtMs],
    ["t4_t5", times.firstGoodProbeAtMs, times.acknowledgedAtMs],
    ["t0_t2", times.breachAtMs, times.cloneSentAtMs],
    ["t0_t5", times.breachAtMs, times.acknowledgedAtMs],
  ];
  for (const [leg, fromMs, toMs] of legs) {
    if (fromMs !== undefined && toMs !== undefined) ports.metrics.leg(leg, Math.max(0, toMs - fromMs) / 1000);
  }
  ports.log.info({ event: "server.in_service", server: record.name, ...times }, "server is in service");
}

function urlOf({ config }: Pool, { privateIpv4 = "" }: ServerRecord): string {
  return backendUrl(config, privateIpv4);
}
