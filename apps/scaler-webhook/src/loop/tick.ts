import {
  isUnhealthy,
  mayReplaceUnhealthy,
  movedBack,
  sizeWithinMaximum,
  withoutFuture,
} from "@autoscaler/scaling-core";
import { adoptOrphans } from "./adopt.ts";
import { applyDecision, decideSize } from "./apply-decision.ts";
import type { Observe } from "./observe.ts";
import type { Pool } from "./pool.ts";
import type { Target } from "./ports.ts";
import { publishBackends } from "./publish.ts";
import { reconcileServer } from "./reconcile-server.ts";
import { see } from "./see.ts";
import { reportViolations } from "./violations.ts";

const FORGET_GONE_MS = 24 * 3_600_000;

/**
 * Looks at the world and takes each server one step. Repeating it is always right: nothing here depends on
 * what woke it, and whatever did not succeed is seen again by the next one.
 */
export async function tick(pool: Pool, observe: Observe): Promise<void> {
  const { fleet, ports, state } = pool;
  const startedAtMs = ports.clock.nowMs();

  if (startedAtMs < (state.lastTickAtMs ?? Number.POSITIVE_INFINITY)) forgetTheFuture(pool, startedAtMs);
  const observation = await observe(pool);
  see(pool, observation);
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
      { event: "start.reconciled", serverCount: fleet.live().length },
      "journal, cloud and load balancer are read",
    );
  }
  if (observation.cloud !== undefined) adoptOrphans(pool, observation.cloud);

  applyDecision(pool, decideSize(pool, observation));

  const guards = { backOff: ports.journal.memory().backOff, mayReplaceUnhealthy: isBreakerClosed(pool) };
  for (const server of fleet.live()) reconcileServer(pool, server, guards);

  publishBackends(pool);
  await writeTargets(pool);
  fleet.forgetGoneBefore(startedAtMs - FORGET_GONE_MS);
  report(pool, startedAtMs);
}

/** After a start, or when the clock was set back: nothing may wait for a moment that lies an hour ahead. */
function forgetTheFuture({ fleet, ports, state }: Pool, nowMs: number): void {
  // At a start nobody knows by how much: what is to come then stays as it is.
  const byMs = state.lastTickAtMs === undefined ? 0 : state.lastTickAtMs - nowMs;
  for (const { record } of fleet.live())
    fleet.update(record.name, (latest) => withoutFuture(latest, nowMs, byMs));
  const { pause, manual } = ports.journal.memory();
  ports.journal.remember({
    ...(pause && { pause: movedBack(pause, nowMs, byMs) }),
    ...(manual && { manual: movedBack(manual, nowMs, byMs) }),
  });
  if (state.lastTickAtMs === undefined) return;
  ports.log.warn({ event: "clock.set_back", byMs: state.lastTickAtMs - nowMs }, "the clock was set back");
  state.acknowledged = undefined;
  state.lastStatus = undefined;
  state.publishNotBeforeMs = 0;
  state.publicIpNotBeforeMs.clear();
  state.upAlertAtMs = undefined;
  state.lastTickAtMs = nowMs;
}

function isBreakerClosed({ config, fleet, limits, ports, state }: Pool): boolean {
  // In a dry run nothing is replaced either.
  if (config.policy.dryRun) return false;
  const nowMs = ports.clock.nowMs();
  const serving = fleet.live().filter(({ record }) => record.phase === "serving");
  // The seed by the measure of the clones; its grace begins with this process, which has not seen it before.
  const seedUnhealthy =
    state.seedFailedProbeCount >= limits.failedProbesInARow && nowMs - state.startedAtMs >= limits.graceMs
      ? 1
      : 0;
  return mayReplaceUnhealthy({
    unhealthyCount: seedUnhealthy + serving.filter((server) => isUnhealthy(server, nowMs, limits)).length,
    servingCount: 1 + serving.length,
  });
}

/** Servers are scraped from their first probe on, so that their load is known when they are warm. */
async function writeTargets({ config, fleet, ports, state }: Pool): Promise<void> {
  const clones = fleet.live().flatMap(({ record: { name, phase, privateIpv4 } }): readonly Target[] => {
    const isScraped = phase === "probing" || phase === "serving" || phase === "draining";
    return isScraped && privateIpv4 !== undefined ? [{ server: name, role: "clone", privateIpv4 }] : [];
  });
  const seed: Target = { server: config.seed.name, role: "seed", privateIpv4: config.seed.privateIpv4 };
  const targets = [seed, ...clones];
  const written = JSON.stringify(targets);
  if (written === state.writtenTargets) return;
  try {
    await ports.targets.write(targets);
    state.writtenTargets = written;
  } catch (error) {
    ports.metrics.failed("writeTargets");
    ports.log.error({ event: "targets.write_failed", err: error }, "could not write Prometheus's targets");
  }
}

function report(pool: Pool, startedAtMs: number): void {
  const { config, fleet, ports, state } = pool;
  const records = fleet.live().map(({ record }) => record);
  reportViolations(pool, "size", sizeWithinMaximum(records, config.policy.maxSize));
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
