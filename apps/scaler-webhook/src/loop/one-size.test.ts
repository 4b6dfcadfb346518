import { clonesOf } from "../testing/check-world.ts";
import { createFakeWorld, testPool, type World } from "../testing/fake-world.ts";
import { phases, run, start } from "../testing/run-world.ts";
import { createOperations } from "./operations.ts";

const HOUR_MS = 3_600_000;

/** Six servers that serve and are warm. */
async function sixServe(world: World) {
  const scaler = start(world);
  const operations = createOperations(scaler, { tickIntervalMs: 5_000 });
  world.settings.demandPercent = 360;
  await run(world, 400);
  expect(world.lb.backends).toHaveLength(6);
  const protectAll = (forMs: number) => {
    for (const { name } of clonesOf(world)) operations.protect(name, forMs);
  };
  return { scaler, operations, protectAll };
}

const poolOfSix = (policy: object = {}) => createFakeWorld(testPool({ maxSize: 10, ...policy }));

/** The sizes of the load balancer's list, one a tick. */
async function sizesWhile(world: World, seconds: number): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (let second = 0; second < seconds; second += 5) {
    await world.clock.advance(5_000);
    sizes.push(world.lb.backends.length);
  }
  return sizes;
}

describe("a pool whose servers may not leave", () => {
  it("is as big as what serves: when the protection ends under load, nobody leaves who is needed", async () => {
    const world = poolOfSix();
    const { operations, protectAll } = await sixServe(world);
    protectAll(HOUR_MS);
    world.settings.demandPercent = 30;
    await run(world, 2_400);
    expect(operations.pool()).toMatchObject({ desiredSize: 6, inServiceCount: 6 });
    expect(operations.pool().lastSentence).toContain("the others are protected");

    world.settings.demandPercent = 250;
    await run(world, 1_300); // the protection ends in it

    // 250 % are 4.2 servers at the target of 60 %.
    expect(world.lb.backends).toHaveLength(5);
  });

  it("loses one server a period, as its rate says, when the protection ends without load", async () => {
    const world = poolOfSix();
    const { protectAll } = await sixServe(world);
    world.settings.demandPercent = 10;
    protectAll(600_000);
    await run(world, 600);

    const sizes = await sizesWhile(world, 100);

    expect(sizes.every((size, at) => (sizes[at - 4] ?? 6) - size <= 1)).toBe(true);
    expect(sizes.at(-1)).toBeLessThan(4);
  });

  it.each([{ isProtected: true }, { isProtected: false }])(
    "grows at once from what serves (protected: $isProtected)",
    async ({ isProtected }) => {
      const world = poolOfSix();
      const { operations, protectAll } = await sixServe(world);
      if (isProtected) protectAll(HOUR_MS);
      else operations.pause({ direction: "down", reason: "sale", forMs: HOUR_MS });
      world.settings.demandPercent = 10;
      await run(world, 1_200);

      world.settings.demandPercent = 1_000;
      await run(world, 10);

      expect(world.cloud.cloneRequests).toHaveLength(9);
    },
  );

  it("shrinks by hand no faster than its rate", async () => {
    const world = poolOfSix();
    const { operations } = await sixServe(world);
    world.settings.demandPercent = 10;
    operations.setSize({ size: 1, forMs: HOUR_MS });

    const sizes = await sizesWhile(world, 150);

    expect(sizes.every((size, at) => (sizes[at - 4] ?? 6) - size <= 1)).toBe(true);
    expect(sizes.at(-1)).toBe(1);
  });
});

describe("a lowered maximum", () => {
  const lowered = (world: World): World => {
    const next = testPool({ maxSize: 3 });
    Object.assign(world.config, { policy: next.policy });
    return world;
  };

  it.each<{ when: string; hold: "protect" | "pause" | "nothing"; sizes: readonly number[] }>([
    { when: "nothing holds them", hold: "nothing", sizes: [3] },
    { when: "all are protected", hold: "protect", sizes: [6] },
    { when: "shrinking is paused", hold: "pause", sizes: [6] },
  ])("breaks no rule of our own while servers wait to leave: $when", async ({ hold, sizes }) => {
    const world = poolOfSix();
    const { operations, protectAll, scaler } = await sixServe(world);
    if (hold === "protect") protectAll(HOUR_MS);
    if (hold === "pause") operations.pause({ direction: "down", reason: "sale", forMs: HOUR_MS });
    await Promise.all([scaler.stop(), world.clock.advance(5_000)]);
    start(lowered(world));

    await world.clock.advance(600_000);

    expect(world.seenViolations).toEqual([]);
    expect(sizes).toContain(world.lb.backends.length);
  });

  it("lets those go first that are still being made", async () => {
    const world = poolOfSix();
    const scaler = start(world);
    world.settings.demandPercent = 150;
    await run(world, 200);
    expect(phases(world)).toEqual(["serving", "serving"]);
    world.settings.demandPercent = 290;
    await run(world, 10);
    expect(phases(world)).toContain("creating");
    await Promise.all([scaler.stop(), world.clock.advance(1_000)]);
    start(lowered(world));

    const sizes = await sizesWhile(world, 300);

    expect(Math.min(...sizes)).toBe(3);
    expect(world.seenViolations).toEqual([]);
    expect(clonesOf(world)).toHaveLength(2);
  });
});

describe("the address of a machine that vanished", () => {
  it("goes to a clone in flight, and both are told apart", async () => {
    const world = createFakeWorld(testPool({ maxSize: 6 }));
    world.cloud.settings.cloneMs = 20_000;
    const scaler = start(world);
    world.settings.demandPercent = 150;
    await run(world, 200);
    expect(world.lb.backends).toHaveLength(3);
    const [gone] = clonesOf(world);
    if (gone === undefined) throw new Error("no clone");
    world.settings.demandPercent = 230;
    await world.clock.advance(8_000);

    world.cloud.vms.delete(gone.uuid);
    await sizesWhile(world, 120);

    const addresses = world.written.targets.map(({ privateIpv4 }) => privateIpv4);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses).toContain(gone.privateIpv4);
    expect(scaler.pool.clones.get(gone.name)?.record.phase).toBe("gone");
    expect(phases(world)).toEqual(["serving", "serving", "serving"]);
  });

  it("is not taken back by a record of the one that is gone", async () => {
    const world = createFakeWorld();
    const scaler = start(world);
    world.settings.demandPercent = 110;
    await run(world, 60);
    const { clones } = scaler.pool;
    const [serving] = clones.live();
    if (serving === undefined) throw new Error("nothing serves");
    const privateIpv4 = serving.record.privateIpv4 ?? "";
    const past = {
      ...serving.record,
      name: "test-ab12cd-c-past01",
      vmUuid: "vm-past",
      phase: "gone",
    } as const;
    clones.add({ ...past, privateIpv4 });
    clones.update(serving.record.name, (record) => ({ ...record, privateIpv4 }));

    clones.enter(past.name, "deleting", { why: "its machine is there although it was given up" });

    expect(clones.recordOf(serving.record.name).privateIpv4).toBe(privateIpv4);
    await Promise.all([scaler.stop(), world.clock.advance(5_000)]);
  });

  it("that was the seed's makes no server of the pool", async () => {
    const world = createFakeWorld();
    start(world);
    world.settings.demandPercent = 110;
    world.cloud.settings.newAddress = world.config.seed.privateIpv4;

    await world.clock.advance(60_000);

    expect(world.journal.memory().backOff.failureCount).toBeGreaterThan(0);
    expect(clonesOf(world)).toEqual([]);
    expect(world.lb.backends).toHaveLength(1);
    expect(world.seenViolations).toEqual([]);
  });
});

describe("a clone that never gets healthy", () => {
  it("is tried one at a time after the first failure, and all at once when one has come into service", async () => {
    const world = createFakeWorld(testPool({ maxSize: 6, provision: { giveUpSeconds: 120 } }));
    world.settings.bootMs = Number.MAX_SAFE_INTEGER;
    const scaler = start(world);
    createOperations(scaler, { tickIntervalMs: 5_000 }).setSize({ size: 4, forMs: 4 * HOUR_MS });
    await world.clock.advance(120_000);
    expect(world.cloud.cloneRequests).toHaveLength(3);

    let mostAtOnce = 0;
    for (let second = 0; second < 3_600; second += 5) {
      await world.clock.advance(5_000);
      if (second > 60) mostAtOnce = Math.max(mostAtOnce, clonesOf(world).length);
    }
    expect(mostAtOnce).toBe(1);
    expect(world.cloud.cloneRequests.length).toBeLessThanOrEqual(3 + 6);

    world.settings.bootMs = 10_000;
    await world.clock.advance(3_600_000);
    expect(phases(world)).toEqual(["serving", "serving", "serving"]);
  });
});
