import { createCloud } from "@autoscaler/idcloudhost";
import { createNoneDriver, type LocalCloudSettings, type MachineDriver } from "@autoscaler/local-cloud";
import { startTestCloud, TEST_KEY } from "@autoscaler/local-cloud/testing.ts";
import { createCloudPort } from "@autoscaler/scaler-webhook/adapters/cloud.ts";
import { createScaler, type Scaler } from "@autoscaler/scaler-webhook/loop/scaler.ts";
import {
  createSurroundings,
  testPool,
  worldSettings,
} from "@autoscaler/scaler-webhook/testing/fake-world.ts";
import { isOwnClone, sameEverywhere } from "@autoscaler/scaling-core";
import { type Clock, createFakeClock, type FakeClock } from "@autoscaler/service-kit";
import { counted, type Pending, untilQuiet } from "./quiet.ts";

const START_MS = Date.UTC(2026, 10, 25);
const ORDER = { osName: "ubuntu", osVersion: "24.04-lts", vcpu: 2, memoryMib: 2048, diskGb: 20 };

/** Slow enough that every phase of a life is seen, quick enough that a life takes two minutes of fake time. */
const REALISTIC: Partial<LocalCloudSettings> = {
  latencyMs: { createVm: 0, cloneVm: 15_000, startVm: 2_000, stopVm: 2_000, deleteVm: 1_000, updateVm: 0 },
  listLagMs: 2_000,
  ipLagMs: 4_000,
  tombstoneMs: 8_000,
};

interface CloudCall {
  readonly operation: string;
  readonly atMs: number;
}

export type LocalCloudWorld = Awaited<ReturnType<typeof createLocalCloudWorld>>;

/**
 * The production loop with the production cloud client against the local cloud over real HTTP, machines
 * only remembered, all on one fake clock.
 */
export async function createLocalCloudWorld(policy: object = {}) {
  const pending: Pending = { count: 0 };
  // Sleeps inside cloud calls, on either side of the wire, are counted apart from the loop's own.
  const loopClock = createFakeClock(START_MS, { settle: () => untilQuiet(pending, () => [callClock]) });
  const callClock = shareTime(loopClock);
  const machines = trackMachines(loopClock);
  const local = await startTestCloud({ clock: callClock, driver: machines.driver, change: REALISTIC });
  const client = createCloud({
    apiUrl: local.url,
    apiKey: TEST_KEY,
    location: "",
    clock: callClock,
    random: () => 0.5,
    absence: { readCount: 2, intervalMs: 1_000, giveUpAfterMs: 20_000 },
    maxInFlight: 100,
  });
  const setUp = (name: string) => client.createVm({ ...ORDER, name, reservePublicIp: false });
  const made = await Promise.all(
    ["test-ab12cd-seed", "test-ab12cd-lb", "test-ab12cd-monitor", "test-ab12cd-c", "test-ab12cd-copy1"].map(
      setUp,
    ),
  );
  const [seed, lb, monitor] = made;
  if (seed?.privateIpv4 === undefined || lb === undefined || monitor === undefined)
    throw new Error("no seed");

  const config = {
    ...testPool({
      maxSize: 2,
      warmUpSeconds: 5,
      scaleDown: { stabilizationSeconds: 20, maxServers: 1, periodSeconds: 10 },
      provision: { giveUpSeconds: 90 },
      drain: { minimumSeconds: 2, deadlineSeconds: 20 },
      ...policy,
    }),
    seed: { name: seed.name, vmUuid: seed.uuid, privateIpv4: seed.privateIpv4 },
    protectedVmUuids: [seed.uuid, lb.uuid, monitor.uuid],
  };
  const settings = { ...worldSettings(), bootMs: 5_000 };
  const surroundings = createSurroundings({
    config,
    clock: loopClock,
    cloud: createCloudPort({ cloud: counted(client, pending), seedVmUuid: seed.uuid }),
    settings,
    isUp: (privateIpv4) => machines.isUp(privateIpv4, settings.bootMs),
  });
  const scalers: Scaler[] = [];

  return {
    ...surroundings,
    clock: loopClock,
    client,
    machines,
    keptUuids: made.map(({ uuid }) => uuid),
    start(ports = surroundings.ports): Scaler {
      const scaler = createScaler({ config, ports, tickIntervalMs: 5_000 });
      scalers.push(scaler);
      void scaler.run();
      return scaler;
    },
    async addFault(order: object): Promise<void> {
      const { status, body } = await local.send("POST", "/_local/faults", { json: order });
      if (status !== 201) throw new Error(JSON.stringify(body));
    },
    /** How often the active faults of a kind were applied. */
    async strikesOf(kind: string): Promise<number> {
      const rows = (await local.send("GET", "/_local/faults")).body as {
        kind: string;
        appliedCount: number;
      }[];
      return rows.filter((row) => row.kind === kind).reduce((sum, { appliedCount }) => sum + appliedCount, 0);
    },
    async cloudState() {
      return (await local.send("GET", "/_local/state")).body as {
        vms: { uuid: string; name: string; privateIpv4: string }[];
        ips: { address: string; assignedTo?: string }[];
      };
    },
    async calls() {
      return (await local.send("GET", "/_local/calls?limit=1000")).body as CloudCall[];
    },
    async close() {
      // A killed one never ends.
      for (const scaler of scalers) void scaler.stop();
      await loopClock.advance(1);
      await local.close();
      surroundings.journal.close();
    },
  };
}

/** What must hold when nothing moves any more: no leak, no foreign machine deleted, the same everywhere. */
export async function restingProblems(world: LocalCloudWorld): Promise<readonly string[]> {
  const { vms, ips } = await world.cloudState();
  const { config, keptUuids, lb, written, seenViolations } = world;
  const clones = vms.filter((vm) => isOwnClone(vm, config));
  const different = sameEverywhere({
    cloudNames: clones.map(({ name }) => name),
    journal: world.journal.servers(),
    backends: lb.backends,
    targets: written.targets.map(({ privateIpv4 }) => privateIpv4),
    backendOf: ({ privateIpv4 = "" }) => world.urlOf(privateIpv4),
    targetOf: ({ privateIpv4 = "" }) => privateIpv4,
    seedBackend: world.urlOf(config.seed.privateIpv4),
    seedTarget: config.seed.privateIpv4,
  });
  return [
    ...[...seenViolations, ...different].map(({ invariant, text }) => `${invariant}: ${text}`),
    ...keptUuids
      .filter((uuid) => !vms.some((vm) => vm.uuid === uuid))
      .map((uuid) => `1: ${uuid} was deleted`),
    ...ips.map(({ address }) => `7: the address ${address} is still allocated`),
  ];
}

/** A clock with its own sleepers on the same time line. */
function shareTime(clock: FakeClock): FakeClock {
  let sleeping = 0;
  const sleep: Clock["sleep"] = async (ms, signal) => {
    sleeping += 1;
    try {
      await clock.sleep(ms, signal);
    } finally {
      sleeping -= 1;
    }
  };
  return { ...clock, sleep, sleeperCount: () => sleeping };
}

/** Machines that are only remembered, and when each was last started. */
function trackMachines(clock: Clock) {
  const none = createNoneDriver();
  const startedAtMs = new Map<string, number>();
  const idAt = new Map<string, string>();
  const driver: MachineDriver = {
    ...none,
    async create(spec) {
      await none.create(spec);
      idAt.set(spec.privateIpv4, spec.id);
      startedAtMs.set(spec.id, Number.NEGATIVE_INFINITY);
    },
    async clone(spec, sourceId) {
      await none.clone(spec, sourceId);
      idAt.set(spec.privateIpv4, spec.id);
      startedAtMs.set(spec.id, clock.nowMs());
    },
    async start(id) {
      await none.start(id);
      startedAtMs.set(id, clock.nowMs());
    },
  };
  return {
    driver,
    die: none.die,
    idAt,
    isUp(privateIpv4: string, bootMs: number): boolean {
      const id = idAt.get(privateIpv4) ?? "";
      return none.runningIds().includes(id) && clock.nowMs() - (startedAtMs.get(id) ?? 0) >= bootMs;
    },
  };
}
