import { clonesOf } from "../testing/check-world.ts";
import { countCalls } from "../testing/count-calls.ts";
import { createFakeWorld, testPool } from "../testing/fake-world.ts";
import { grown, phases, start } from "../testing/run-world.ts";

/** A list a second at most, whatever wakes the loop. */
const LISTS_A_MINUTE = 61;

describe("calls of the cloud", () => {
  it("are few for a clone that stays stopped", async () => {
    const { world, counts } = countCalls(createFakeWorld());
    Object.assign(world.cloud.settings, { newStatus: "stopped", isStartInVain: true });
    start(world);
    world.settings.demandPercent = 110;
    await world.clock.advance(60_000);
    expect(phases(world)).toEqual(["booting"]);
    counts.clear();

    await world.clock.advance(60_000);

    expect(counts.get("startVm")).toBeGreaterThan(5);
    expect(counts.get("startVm")).toBeLessThanOrEqual(12);
    expect(counts.get("listVms")).toBeLessThanOrEqual(LISTS_A_MINUTE);
  });

  it("are none for a forbidden deletion, which is counted once, and made when it is allowed", async () => {
    const { world, counts } = countCalls(createFakeWorld());
    const scaler = await grown(world);
    const [server] = world.journal.servers().filter(({ phase }) => phase === "serving");
    if (server === undefined) throw new Error("nothing serves");
    // As a defect would leave it: on its way out, and the load balancer never let it go.
    world.settings.loadBalancer = "refuses";
    scaler.pool.clones.enter(server.name, "deleting", { why: "a defect" });
    counts.clear();

    await world.clock.advance(60_000);

    expect(world.seenViolations.filter(({ invariant }) => invariant === 4)).toHaveLength(1);
    expect(counts.get("deleteVm")).toBeUndefined();
    expect(counts.get("getVm") ?? 0).toBeLessThanOrEqual(20);

    world.settings.loadBalancer = "serves";
    await world.clock.advance(60_000);
    expect(counts.get("deleteVm")).toBe(1);
  });

  it("are one list a second at most while the loop is woken all the time", async () => {
    const { world, counts } = countCalls(createFakeWorld());
    const scaler = start(world);
    await world.clock.advance(10_000);
    counts.clear();

    for (let at = 0; at < 60_000; at += 100) {
      scaler.wake("a flood");
      await world.clock.advance(100);
    }

    expect(counts.get("listVms")).toBeLessThanOrEqual(LISTS_A_MINUTE);
    expect(counts.get("listVms")).toBeGreaterThan(40);
  });
});

describe("faults found by reading", () => {
  it("a fault shared by seed and clones opens the breaker by the measure of dead servers, not of new ones", async () => {
    const world = createFakeWorld(testPool({ provision: { probesInARow: 10 } }));
    await grown(world);
    for (const uuid of ["seed-uuid", clonesOf(world)[0]?.uuid ?? ""]) world.settings.sick.add(uuid);

    await world.clock.advance(40_000);

    expect(phases(world)).toEqual(["serving", "serving"]);
    expect(world.cloud.deletedUuids).toEqual([]);
  });

  it("a generation that the load balancer knows with other backends is outrun", async () => {
    const world = createFakeWorld();
    start(world);
    await world.clock.advance(10_000);
    const { generation } = world.lb;
    world.lb.backends = ["http://10.77.1.99:3000"];

    await world.clock.advance(20_000);

    expect(world.lb.generation).toBeGreaterThan(generation);
    expect(world.lb.backends).toEqual(["http://10.77.1.10:3000"]);
  });
});
