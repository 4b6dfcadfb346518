import { type LoadReading, loadReading, parseScalingPolicy, type Violation } from "@autoscaler/scaling-core";
import { type Clock, createFakeClock, createLogger } from "@autoscaler/service-kit";
import { openJournal } from "../adapters/journal-sqlite.ts";
import { createSchedules } from "../adapters/schedules.ts";
import type { PoolConfig } from "../config.ts";
import type {
  CloudPort,
  LoadBalancerStatus,
  Ports,
  ReactionLeg,
  SignalReadings,
  Target,
} from "../loop/ports.ts";
import { createFakeCloud } from "./fake-cloud.ts";

const SEED_IPV4 = "10.77.1.10";
export const SEED_URL = `http://${SEED_IPV4}:3000`;

/** A pool whose windows are short enough to see a whole life in a few minutes of the fake clock. */
export function testPool(policy: object = {}): PoolConfig {
  const parsed = parseScalingPolicy({
    maxSize: 4,
    scaleDown: { stabilizationSeconds: 60, maxServers: 1, periodSeconds: 20 },
    warmUpSeconds: 20,
    drain: { minimumSeconds: 3, deadlineSeconds: 60 },
    ...policy,
  });
  if (parsed.kind === "invalid") throw new Error(parsed.problems.join("; "));
  return {
    pool: "calc",
    namePrefix: "test-ab12cd",
    seed: { name: "test-ab12cd-seed", vmUuid: "seed-uuid", privateIpv4: "10.77.1.10" },
    protectedVmUuids: ["lb-uuid", "monitor-uuid", "seed-uuid"],
    servicePort: 3000,
    keepPublicIp: false,
    policy: parsed.policy,
  };
}

export interface WorldSettings {
  /** CPU that the clients ask for, in percent of one server; spread over the servers in the load balancer. */
  demandPercent: number;
  bootMs: number;
  signals: SignalReadings;
  loads: "read" | "down" | "empty" | "not-a-number" | "without-seed";
  loadBalancer: "serves" | "refuses" | "answer-lost" | "silent";
  /** Connections to a removed backend stay open so long. */
  connectionMs: number;
  /** Machines that answer no probe, by uuid. */
  readonly sick: Set<string>;
}

export type World = ReturnType<typeof createFakeWorld>;

/** Everything outside the loop, in memory, driven by a fake clock. It outlives the scalers of a test. */
export function createFakeWorld(config: PoolConfig = testPool(), clock = createFakeClock(1_800_000_000_000)) {
  const cloud = createFakeCloud(clock);
  for (const [uuid, name, privateIpv4] of [
    ["seed-uuid", config.seed.name, SEED_IPV4],
    ["lb-uuid", "test-ab12cd-lb", "10.77.1.11"],
    ["monitor-uuid", "test-ab12cd-monitor", "10.77.1.12"],
    ["other-uuid", "somebody-elses", "10.77.1.13"],
  ] as const) {
    cloud.vms.set(uuid, { uuid, name, status: "running", privateIpv4, listedFromMs: 0, createdAtMs: 0 });
  }
  const settings = worldSettings();
  const isUp = (privateIpv4: string) => {
    const vm = [...cloud.vms.values()].find((other) => other.privateIpv4 === privateIpv4);
    return (
      vm !== undefined && clock.nowMs() - vm.createdAtMs >= settings.bootMs && !settings.sick.has(vm.uuid)
    );
  };
  return { ...createSurroundings({ config, clock, cloud, settings, isUp }), clock, cloud, isUp };
}

export function worldSettings(): WorldSettings {
  return {
    demandPercent: 20,
    bootMs: 10_000,
    loads: "read",
    loadBalancer: "serves",
    connectionMs: 4_000,
    sick: new Set(),
    signals: {},
  };
}

export interface SurroundingsOptions {
  readonly config: PoolConfig;
  readonly clock: Clock;
  readonly cloud: CloudPort;
  readonly settings: WorldSettings;
  /** Whether the machine at this private address answers its probes. */
  readonly isUp: (privateIpv4: string) => boolean;
}

/** The world but for its cloud: a load balancer, loads, probes, targets, a journal. */
export function createSurroundings({ config, clock, cloud, settings, isUp }: SurroundingsOptions) {
  const urlOf = (privateIpv4: string) => `http://${privateIpv4}:${config.servicePort}`;
  const lb = {
    generation: 0,
    backends: [urlOf(config.seed.privateIpv4)] as readonly string[],
    leftAtMs: new Map<string, number>(),
  };
  const written: { targets: readonly Target[] } = { targets: [] };
  const seenViolations: Violation[] = [];
  const legs: { leg: ReactionLeg; seconds: number }[] = [];
  const journal = openJournal(":memory:");
  let suffixCount = 0;

  const readLoads = (): ReadonlyMap<string, LoadReading> => {
    if (settings.loads === "down") throw new Error("Prometheus does not answer");
    if (settings.loads === "empty") return new Map();
    const share = Math.min(100, settings.demandPercent / lb.backends.length);
    return new Map(
      written.targets
        .filter(({ role }) => settings.loads !== "without-seed" || role !== "seed")
        .map(({ server, privateIpv4 }) => {
          const percent = lb.backends.includes(urlOf(privateIpv4)) ? share : 1;
          return [server, loadReading(settings.loads === "not-a-number" ? Number.NaN : percent)];
        }),
    );
  };
  const readLoadBalancer = (): LoadBalancerStatus => {
    if (settings.loadBalancer === "silent") throw new Error("lb-agent does not answer");
    const leaving = [...lb.leftAtMs].filter(
      ([, leftAtMs]) => clock.nowMs() - leftAtMs < settings.connectionMs,
    );
    return {
      wantedGeneration: lb.generation,
      servedGeneration: lb.generation,
      backends: [
        ...lb.backends.map((url) => ({ url, wanted: true, served: true, openConnectionCount: 2 })),
        ...leaving.map(([url]) => ({ url, wanted: false, served: false, openConnectionCount: 1 })),
      ],
    };
  };
  const serve = (generation: number, backends: readonly string[]) => {
    for (const url of lb.backends) if (!backends.includes(url)) lb.leftAtMs.set(url, clock.nowMs());
    for (const url of backends) lb.leftAtMs.delete(url);
    lb.generation = generation;
    lb.backends = backends;
  };

  const ports: Ports = {
    clock,
    log: createLogger({ service: "test", level: "silent" }),
    cloud,
    loads: { read: async () => readLoads(), readSignals: async () => settings.signals },
    loadBalancer: {
      status: async () => readLoadBalancer(),
      async publish(generation, backends) {
        await clock.sleep(50);
        if (settings.loadBalancer === "silent" || settings.loadBalancer === "refuses") {
          return { kind: "failed", why: "lb-agent answered 503" };
        }
        const urls = backends.map(({ url }) => url);
        const isOther = JSON.stringify(urls) !== JSON.stringify(lb.backends);
        if (generation < lb.generation || (generation === lb.generation && isOther)) return { kind: "stale" };
        serve(generation, urls);
        return settings.loadBalancer === "answer-lost"
          ? { kind: "failed", why: "time-out" }
          : { kind: "acknowledged" };
      },
    },
    probe: { isHealthy: async (privateIpv4) => isUp(privateIpv4) },
    targets: {
      async write(targets) {
        written.targets = targets;
      },
    },
    journal,
    metrics: {
      ticked: () => undefined,
      leg: (leg, seconds) => legs.push({ leg, seconds }),
      failed: () => undefined,
      violated: (violations) => seenViolations.push(...violations),
    },
    openWindows: createSchedules(config.policy.schedules),
    newSuffix: () => {
      suffixCount += 1;
      return `s${String(suffixCount).padStart(6, "0")}`;
    },
  };
  return { config, settings, lb, written, journal, ports, seenViolations, legs, urlOf };
}
