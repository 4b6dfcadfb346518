import {
  isOnItsWay,
  isUnhealthy,
  mayReplaceUnhealthy,
  movedBack,
  withoutFuture,
} from "@autoscaler/scaling-core";
import { adoptOrphans } from "./adopt.ts";
import { applyDecision, decideSize } from "./apply-decision.ts";
import type { Observe } from "./observe.ts";
import { paceMs } from "./pace.ts";
import type { Pool } from "./pool.ts";
import type { Target } from "./ports.ts";
import { publishBackends } from "./publish.ts";
import { reconcileServer } from "./reconcile-server.ts";
import { recordObservation } from "./record-observation.ts";

/**
 * Looks at the world and takes each server one step. Repeating it is always right: nothing here depends on
 * what woke it, and whatever did not succeed is seen again by the next one.
 */
export async function tick(pool: Pool, observe: Observe): Promise<void> {
  const { clones, ports, state } = pool;
  const startedAtMs = ports.clock.nowMs();

  if (startedAtMs < (state.lastStartAtMs ?? Number.POSITIVE_INFINITY)) forgetTheFuture(pool, startedAtMs);
  const unwatchedMs = startedAtMs - (state.lastStartAtMs ?? 0);
  state.lastStartAtMs = startedAtMs;
  if (unwatchedMs > paceMs.watchGap) awaitPublicIpsAnew(pool, startedAtMs);
  const observation = await observe(pool);
  recordObservation(pool, observation);
  if (!state.isReconciled) {
    if (observation.cloud === undefined || observation.loadBalancer === undefined) {
      ports.log.warn(
        { event: "start.waiting" },
        "waits for the cloud and the load balancer before it decides",
      );
      return;
    }
    ports.journal.raiseGeneration(observation.loadBalancer.status.wantedGeneration);
    state.isReconciled = true;
    ports.log.info(
      { event: "start.reconciled", serverCount: clones.live().length },
      "journal, cloud and load balancer are read",
    );
  }
  if (observation.cloud !== undefined) adoptOrphans(pool, observation.cloud);

  applyDecision(pool, decideSize(pool, observation));

  const mayReplaceUnhealthy = isBreakerClosed(pool);
  const live = clones.live();
  let isOneOnItsWay = live.some(({ record }) => isOnItsWay(record));
  for (const server of live) {
    const { backOff } = ports.journal.memory();
    reconcileServer(pool, server, { backOff, isOneOnItsWay, mayReplaceUnhealthy });
    isOneOnItsWay ||= isOnItsWay(clones.recordOf(server.record.name));
  }

  publishBackends(pool);
  await writeTargets(pool);
  clones.forgetGoneBefore(startedAtMs - paceMs.goneIsRemembered);
  report(pool, startedAtMs);
}

/** After a start, or when the clock was set back: nothing may wait for a moment that lies an hour ahead. */
function forgetTheFuture({ clones, ports, state }: Pool, nowMs: number): void {
  // At a start it is unknown by how much: what is to come then stays as it is.
  const byMs = state.lastStartAtMs === undefined ? 0 : state.lastStartAtMs - nowMs;
  for (const { name } of [...clones.live().map(({ record }) => record), ...clones.gone()])
    clones.update(name, (latest) => withoutFuture(latest, nowMs, byMs));
  const { pause, manual } = ports.journal.memory();
  ports.journal.remember({
    ...(pause && { pause: movedBack(pause, nowMs, byMs) }),
    ...(manual && { manual: movedBack(manual, nowMs, byMs) }),
  });
  if (state.lastStartAtMs === undefined) return;
  ports.log.warn({ event: "clock.set_back", byMs: state.lastStartAtMs - nowMs }, "the clock was set back");
  state.acknowledged = undefined;
  state.lastStatus = undefined;
  state.publishNotBeforeMs = 0;
  state.publicIpNotBeforeMs.clear();
  state.upAlertAtMs = undefined;
  if (state.breachAtMs !== undefined) state.breachAtMs = nowMs;
  if (state.lastTickAtMs !== undefined) state.lastTickAtMs = nowMs;
}

/** After a start, a sleep of the machine or a clock that was set forward: nobody looked for them meanwhile. */
function awaitPublicIpsAnew({ clones }: Pool, publicIpSinceMs: number): void {
  for (const { record } of clones.live()) {
    if (record.publicIp === "looking")
      clones.update(record.name, (latest) => ({ ...latest, publicIpSinceMs }));
  }
}

function isBreakerClosed({ config, clones, limits, ports, state }: Pool): boolean {
  // In a dry run nothing is replaced either.
  if (config.policy.dryRun) return false;
  const nowMs = ports.clock.nowMs();
  const serving = clones.live().filter(({ record }) => record.phase === "serving");
  // By the measure of the clones. The seed served before this process began: its grace is over.
  const seedUnhealthy = state.seedFailedProbeCount >= limits.failedProbesInARow ? 1 : 0;
  return mayReplaceUnhealthy({
    unhealthyCount: seedUnhealthy + serving.filter((server) => isUnhealthy(server, nowMs, limits)).length,
    servingCount: 1 + serving.length,
  });
}

/** Servers are scraped from their first probe on, so that their load is known when they are warm. */
async function writeTargets({ config, clones, failures, ports, state }: Pool): Promise<void> {
  const scraped = clones.live().flatMap(({ record: { name, phase, privateIpv4 } }): readonly Target[] => {
    const isScraped = phase === "probing" || phase === "serving" || phase === "draining";
    return isScraped && privateIpv4 !== undefined ? [{ server: name, role: "clone", privateIpv4 }] : [];
  });
  const seed: Target = { server: config.seed.name, role: "seed", privateIpv4: config.seed.privateIpv4 };
  const targets = [seed, ...scraped];
  const written = JSON.stringify(targets);
  if (written === state.writtenTargets) return;
  try {
    await ports.targets.write(targets);
    state.writtenTargets = written;
    failures.worked("writeTargets");
  } catch (error) {
    failures.failed("writeTargets", error);
  }
}

function report(pool: Pool, startedAtMs: number): void {
  const { clones, ports, state } = pool;
  const records = clones.live().map(({ record }) => record);
  const serversByPhase: Record<string, number> = {};
  for (const { phase } of records) serversByPhase[phase] = (serversByPhase[phase] ?? 0) + 1;
  const nowMs = ports.clock.nowMs();
  state.lastTickAtMs = nowMs;
  const { lastDecision } = state;
  ports.metrics.ticked({
    atMs: nowMs,
    durationMs: nowMs - startedAtMs,
    desiredSize: lastDecision?.toSize ?? 1,
    inServiceCount: 1 + (serversByPhase["serving"] ?? 0),
    ...(lastDecision?.loadPercent === undefined ? {} : { loadPercent: lastDecision.loadPercent }),
    serversByPhase,
  });
}
