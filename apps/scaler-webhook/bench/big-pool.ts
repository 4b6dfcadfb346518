import { openJournal } from "@autoscaler/scaler-webhook/adapters/journal-sqlite.ts";
import { createMetrics } from "@autoscaler/scaler-webhook/adapters/metrics.ts";
import type { PoolConfig } from "@autoscaler/scaler-webhook/config.ts";
import { createObserver } from "@autoscaler/scaler-webhook/loop/observe.ts";
import { createPool } from "@autoscaler/scaler-webhook/loop/pool.ts";
import type { Ports } from "@autoscaler/scaler-webhook/loop/ports.ts";
import { tick } from "@autoscaler/scaler-webhook/loop/tick.ts";
import { parseScalingPolicy, planServer, type ServerRecord } from "@autoscaler/scaling-core";
import { createLogger, systemClock } from "@autoscaler/service-kit";

const MOST_SERVERS = 1_000;

function bigPoolConfig(): PoolConfig {
  const parsed = parseScalingPolicy({ maxSize: MOST_SERVERS, drain: { minimumSeconds: 0 } });
  if (parsed.kind === "invalid") throw new Error(parsed.problems.join("; "));
  return {
    pool: "calc",
    namePrefix: "bench-ab12cd",
    seed: { name: "bench-ab12cd-seed", vmUuid: "seed-uuid", privateIpv4: "10.77.0.10" },
    protectedVmUuids: ["seed-uuid"],
    servicePort: 3000,
    keepPublicIp: true,
    policy: parsed.policy,
  };
}

/** All clones of a pool of this size, in service for an hour. */
export function servingRecords(serverCount: number): readonly ServerRecord[] {
  const sinceMs = Date.now() - 3_600_000;
  return Array.from({ length: serverCount - 1 }, (_, index) => ({
    ...planServer(`bench-ab12cd-c-${String(index).padStart(6, "0")}`, sinceMs, {}),
    phase: "serving" as const,
    why: "the load balancer serves it",
    vmUuid: `vm-${index}`,
    privateIpv4: `10.77.${1 + Math.floor(index / 250)}.${index % 250}`,
    cloneSentAtMs: sinceMs,
    publicIp: "settled" as const,
    publishedAtMs: sinceMs,
    inServiceSinceMs: sinceMs,
  }));
}

export interface BigPoolOptions {
  readonly journalPath: string;
  readonly serverCount: number;
  readonly loadPercent: () => number;
  /** So far after the start of the bench. */
  readonly elapsedMs: () => number;
}

/** A world that answers at once, so that what is measured is the scaler. `loadPercent` moves with each tick. */
export function createBigPool({ journalPath, serverCount, loadPercent, elapsedMs }: BigPoolOptions) {
  const startMs = Date.now();
  const config = bigPoolConfig();
  const records = servingRecords(serverCount);
  const journal = openJournal(journalPath);
  const urls = [config.seed, ...records].map(({ privateIpv4 }) => `http://${privateIpv4}:3000`);
  const vms = records.map(({ vmUuid = "", name, privateIpv4 = "" }) => ({
    uuid: vmUuid,
    name,
    status: "running",
    privateIpv4,
  }));
  let backends: readonly string[] = urls;
  let generation = 1;
  const ports: Ports = {
    clock: { ...systemClock, nowMs: () => startMs + elapsedMs() },
    log: createLogger({ service: "bench", level: "silent" }),
    cloud: {
      listVms: async () => vms,
      getVm: async (uuid) => vms.find((vm) => vm.uuid === uuid),
      findVmByName: async (name) => vms.find((vm) => vm.name === name),
      cloneSeed: async () => ({ kind: "refused", why: "a bench makes no machines" }),
      startVm: async () => undefined,
      deleteVm: async () => undefined,
      automaticIpsOf: async () => [],
      releaseIp: async () => undefined,
    },
    loads: {
      readSignals: async () => ({}),
      async read() {
        const percent = loadPercent();
        return new Map([config.seed, ...vms].map(({ name }) => [name, { kind: "fresh" as const, percent }]));
      },
    },
    loadBalancer: {
      status: async () => ({
        wantedGeneration: generation,
        servedGeneration: generation,
        backends: backends.map((url) => ({ url, wanted: true, served: true, openConnectionCount: 0 })),
      }),
      async publish(wanted, given) {
        generation = wanted;
        backends = given.map(({ url }) => url);
        return { kind: "acknowledged" };
      },
    },
    probe: { isHealthy: async () => true },
    targets: { write: async () => undefined },
    journal,
    metrics: createMetrics({ pool: "calc" }),
    openWindows: () => [],
    newSuffix: () => {
      throw new Error("a bench makes no machines");
    },
  };
  return {
    journal,
    ports,
    config,
    /** Reads the journal and is ready to tick. */
    start() {
      const stopping = new AbortController().signal;
      const pool = createPool({ config, ports, stopping, onLaneDone: () => undefined });
      const observe = createObserver();
      return { pool, tick: () => tick(pool, observe) };
    },
  };
}
