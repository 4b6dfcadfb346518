import { clonesOf, restingViolations } from "../testing/check-world.ts";
import { createFakeWorld, testPool } from "../testing/fake-world.ts";
import { grown, phases, run, start } from "../testing/run-world.ts";
import { createScaler } from "./scaler.ts";

describe("a server in service", () => {
  it("that vanished from the cloud leaves the load balancer and is replaced", async () => {
    const world = createFakeWorld();
    await grown(world);
    const [victim] = clonesOf(world);
    world.cloud.vms.delete(victim?.uuid ?? "");

    await world.clock.advance(200_000);

    expect(phases(world)).toEqual(["serving", "serving"]);
    expect(restingViolations(world)).toEqual([]);
    expect(world.cloud.cloneRequests).toHaveLength(3);
  });

  it("that fails its probes leaves the load balancer and is replaced", async () => {
    const world = createFakeWorld();
    await grown(world);
    const [victim] = clonesOf(world);
    world.settings.sick.add(victim?.uuid ?? "");

    await run(world, 300);

    expect(clonesOf(world).map(({ uuid }) => uuid)).not.toContain(victim?.uuid);
    expect(phases(world)).toEqual(["serving", "serving"]);
    expect(restingViolations(world)).toEqual([]);
  });

  it("stays when most servers fail their probes at once", async () => {
    const world = createFakeWorld();
    await grown(world);
    for (const vm of clonesOf(world)) world.settings.sick.add(vm.uuid);

    await run(world, 300);

    expect(phases(world)).toEqual(["serving", "serving"]);
    expect(world.cloud.deletedUuids).toEqual([]);
  });

  it("stays when the seed fails its probes, too, also after a restart in the middle of it", async () => {
    const world = createFakeWorld(testPool({ repair: { failedProbesInARow: 3, graceSeconds: 120 } }));
    const first = start(world);
    world.settings.demandPercent = 110;
    await run(world, 240);
    await Promise.all([first.stop(), world.clock.advance(1_000)]);
    for (const uuid of ["seed-uuid", clonesOf(world)[0]?.uuid ?? ""]) world.settings.sick.add(uuid);

    start(world);
    await run(world, 100);

    expect(phases(world)).toEqual(["serving"]);
    expect(world.cloud.deletedUuids).toEqual([]);
  });

  it("stays when only the cloud's list is down", async () => {
    const world = createFakeWorld();
    await grown(world);
    world.cloud.settings.isListDown = true;

    await run(world, 300);

    expect(world.lb.backends).toHaveLength(3);
  });

  it("keeps its public address for life when the pool keeps them, and no longer", async () => {
    const world = createFakeWorld({ ...testPool(), keepPublicIp: true });
    await grown(world);
    expect(world.cloud.ips.size).toBe(2);

    world.settings.demandPercent = 20;
    await run(world, 400);

    expect(world.cloud.ips.size).toBe(0);
  });

  it("gives its public address back when the pool does not keep them any more, and stays", async () => {
    const keeping = createFakeWorld({ ...testPool(), keepPublicIp: true });
    await grown(keeping);
    expect(keeping.cloud.ips.size).toBe(2);

    start({ ...keeping, config: { ...keeping.config, keepPublicIp: false } });
    await run(keeping, 60);

    expect(keeping.cloud.ips.size).toBe(0);
    expect(phases(keeping)).toEqual(["serving", "serving"]);
  });

  it("whose machine was renamed is not deleted: it is no longer ours", async () => {
    const world = createFakeWorld();
    await grown(world);
    const [taken] = clonesOf(world);
    if (taken !== undefined) {
      world.cloud.vms.set(taken.uuid, {
        ...world.cloud.vms.get(taken.uuid),
        name: "kept-for-research",
      } as never);
    }
    world.settings.demandPercent = 20;

    await world.clock.advance(400_000);

    expect(world.cloud.vms.get(taken?.uuid ?? "")).toMatchObject({ name: "kept-for-research" });
    expect(world.lb.backends).toHaveLength(1);
    expect(world.seenViolations).toMatchObject([{ invariant: 1 }]);
  });
});

describe("a clock that jumps", () => {
  it.each([
    { when: "an hour forward", jumpMs: 3_600_000 },
    { when: "an hour back", jumpMs: -3_600_000 },
  ])("does not make a fresh low reading count as a calm window ($when)", async ({ jumpMs }) => {
    const world = createFakeWorld();
    let shiftMs = 0;
    const clock = { ...world.clock, nowMs: () => world.clock.nowMs() + shiftMs };
    const scaler = createScaler({
      config: world.config,
      ports: { ...world.ports, clock },
      tickIntervalMs: 5_000,
    });
    void scaler.run();
    world.settings.demandPercent = 160;
    await run(world, 180);

    shiftMs = jumpMs;
    world.settings.demandPercent = 20;
    await run(world, 50);

    expect(phases(world)).toEqual(["serving", "serving"]);
  });
});
