import { clonesOf, momentaryViolations, restingViolations } from "../testing/check-world.ts";
import { createFakeWorld, type World } from "../testing/fake-world.ts";
import { journalOn } from "../testing/random-world.ts";
import { grown, jump, phases, run, start } from "../testing/run-world.ts";
import { createOperations } from "./operations.ts";
import type { Backend, PublishResult } from "./ports.ts";

const phasesOfLife = ["creating", "probing", "serving", "draining", "deleting"] as const;

/** Runs until some clone is in the phase; the demand rises, then falls. */
async function untilPhase(world: World, phase: (typeof phasesOfLife)[number]): Promise<void> {
  const isThere = () => world.journal.servers().some((record) => record.phase === phase);
  start(world);
  world.settings.demandPercent = 110;
  for (let second = 0; second < 120 && !isThere(); second += 1) await world.clock.advance(1_000);
  if (isThere()) return;
  world.settings.demandPercent = 10;
  for (let second = 0; second < 300 && !isThere(); second += 1) await world.clock.advance(1_000);
  expect(isThere()).toBe(true);
}

/** Low load long enough for all to be let go, then nothing may be left anywhere. */
async function expectCleanEnd(world: World): Promise<void> {
  world.settings.demandPercent = 10;
  await run(world, 900);
  expect(clonesOf(world)).toEqual([]);
  expect(restingViolations(world)).toEqual([]);
}

describe("a clock that jumps by an hour", () => {
  it.each(phasesOfLife.flatMap((phase) => [1, -1].map((hours) => ({ phase, hours }))))(
    "($hours h) while a clone is $phase breaks nothing, and nothing waits for the old time",
    async ({ phase, hours }) => {
      const world = createFakeWorld();
      await untilPhase(world, phase);
      jump(world, hours * 3_600_000);
      world.settings.demandPercent = 110;
      await run(world, 300);
      expect(phases(world)).toEqual(["serving"]);
      await expectCleanEnd(world);
    },
  );
});

describe("a clock that is set back by an hour", () => {
  it("does not let a young clone's deletion wait for an hour", async () => {
    const world = createFakeWorld();
    world.cloud.settings.ipAfterMs = Number.MAX_SAFE_INTEGER;
    start(world);
    world.settings.demandPercent = 110;
    await run(world, 60);
    jump(world, -3_600_000);
    world.settings.demandPercent = 10;

    await run(world, 300);

    expect(clonesOf(world)).toEqual([]);
  });

  it("leaves a protection, a pause and a size by hand as long as they were", async () => {
    const world = createFakeWorld();
    const scaler = start(world);
    await world.clock.advance(6_000);
    const operations = createOperations(scaler, { tickIntervalMs: 5_000 });
    operations.pause({ direction: "up", reason: "sale", forMs: 120_000 });
    operations.setSize({ size: 1, forMs: 120_000 });
    await world.clock.advance(6_000);
    jump(world, -3_600_000);

    await world.clock.advance(60_000);
    expect(operations.currentPause()).toBeDefined();
    expect(operations.pool().manualSize).toBe(1);

    await world.clock.advance(60_000);
    expect(operations.currentPause()).toBeUndefined();
    expect(operations.pool().manualSize).toBeUndefined();
  });
});

describe("a disk that is full", () => {
  it.each(phasesOfLife)(
    "while a clone is %s starts nothing, and is caught up with afterwards",
    async (phase) => {
      const world = createFakeWorld();
      let isFull = false;
      Object.assign(world.ports, { journal: journalOn(() => isFull, world) });
      await untilPhase(world, phase);

      isFull = true;
      const sent = world.cloud.cloneRequests.length;
      world.settings.demandPercent = 230;
      await run(world, 120);
      expect(world.cloud.cloneRequests).toHaveLength(sent);

      isFull = false;
      await run(world, 300);
      expect(phases(world)).toEqual(["serving", "serving", "serving"]);
      await expectCleanEnd(world);
    },
  );
});

describe("a load balancer that acknowledges after a minute", () => {
  it("gets servers in and out all the same, none before its word", async () => {
    const world = createFakeWorld();
    const { publish } = world.ports.loadBalancer;
    Object.assign(world.ports.loadBalancer, {
      async publish(generation: number, backends: readonly Backend[]): Promise<PublishResult> {
        const result = await publish(generation, backends);
        await world.clock.sleep(60_000);
        return result;
      },
    });
    await grownSlowly(world);
    world.settings.demandPercent = 10;
    await run(world, 900);
    expect(clonesOf(world)).toEqual([]);
    expect(restingViolations(world)).toEqual([]);
  });

  async function grownSlowly(world: World): Promise<void> {
    start(world);
    world.settings.demandPercent = 160;
    await run(world, 400);
    expect(phases(world)).toEqual(["serving", "serving"]);
  }
});

describe("Prometheus that takes longer than a tick", () => {
  it("slows the loop, and the pool grows and shrinks all the same", async () => {
    const world = createFakeWorld();
    const { read } = world.ports.loads;
    Object.assign(world.ports.loads, {
      async read() {
        const loads = await read();
        await world.clock.sleep(9_000);
        return loads;
      },
    });
    start(world);
    world.settings.demandPercent = 160;
    await run(world, 300);
    expect(phases(world)).toEqual(["serving", "serving"]);
    await expectCleanEnd(world);
  });
});

describe("a colleague", () => {
  it("who deletes the seed loses no clone by it: the pool holds, and says so", async () => {
    const world = createFakeWorld();
    await grown(world);
    world.cloud.vms.delete("seed-uuid");
    world.cloud.settings.isFull = true; // what cannot be cloned any more is refused
    world.settings.demandPercent = 20;
    world.settings.loads = "without-seed";

    for (let second = 0; second < 600; second += 5) await world.clock.advance(5_000);

    expect(phases(world)).toEqual(["serving", "serving"]);
    expect(world.cloud.deletedUuids).toEqual([]);
    expect(world.lb.backends).toHaveLength(3);
    expect(momentaryViolations(world)).toEqual(["1: seed-uuid was deleted"]);
    expect(world.journal.decisions({ limit: 1 })[0]?.decision.reason).toBe("load-unknown");
  });

  it("who stops a clone has it replaced", async () => {
    const world = createFakeWorld();
    await grown(world);
    const [victim] = clonesOf(world);
    world.settings.sick.add(victim?.uuid ?? "");
    await run(world, 300);
    expect(phases(world)).toEqual(["serving", "serving"]);
    expect(clonesOf(world).map(({ uuid }) => uuid)).not.toContain(victim?.uuid);
  });
});
