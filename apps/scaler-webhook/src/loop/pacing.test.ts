import fc from "fast-check";
import { clonesOf } from "../testing/check-world.ts";
import { countCalls, total } from "../testing/count-calls.ts";
import { createFakeWorld, testPool, type World } from "../testing/fake-world.ts";
import { grown, phases, start } from "../testing/run-world.ts";

/** A list a second at most, whatever wakes the loop. */
const LISTS_A_MINUTE = 61;
/** A step that changes nothing each 3 s, a look for its public address each 5 s; 3 calls each at most. */
const CALLS_A_MINUTE_OF_A_SERVER = 3 * (20 + 12);

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

  it("are none for a forbidden deletion, which is counted once", async () => {
    const { world, counts } = countCalls(createFakeWorld());
    await grown(world);
    const [server] = world.journal.servers().filter(({ phase }) => phase === "serving");
    if (server === undefined) throw new Error("nothing serves");
    // As a defect would leave it: on its way out, and the load balancer never let it go.
    const scaler = start(world);
    scaler.pool.fleet.enter(server.name, "deleting", { why: "a defect" });
    counts.clear();

    await world.clock.advance(60_000);

    expect(world.seenViolations.filter(({ invariant }) => invariant === 4)).toHaveLength(1);
    expect(counts.get("deleteVm")).toBeUndefined();
    expect(counts.get("getVm") ?? 0).toBeLessThanOrEqual(20);
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

  it("stay within the bound of the pool's size under any fault", async () => {
    const trouble = fc.record({
      demandPercent: fc.integer({ min: 0, max: 400 }),
      fates: fc.array(
        fc.constantFrom("works", "busy", "refused", "lost-before", "lost-after", "late", "doubled"),
        { maxLength: 6 },
      ),
      isListDown: fc.boolean(),
      isStartInVain: fc.boolean(),
      newStatus: fc.constantFrom("running", "stopped"),
      stopped: fc.integer({ min: 0, max: 3 }),
      sick: fc.integer({ min: 0, max: 3 }),
      vanished: fc.integer({ min: 0, max: 2 }),
      loadBalancer: fc.constantFrom("serves", "refuses", "answer-lost", "silent"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { minLength: 1, maxLength: 4 }), async (troubles) => {
        const { world, counts } = countCalls(createFakeWorld());
        const scaler = start(world);
        for (const { fates, stopped, sick, vanished, ...rest } of troubles) {
          const { demandPercent, loadBalancer, isListDown, isStartInVain, newStatus } = rest;
          Object.assign(world.settings, { demandPercent, loadBalancer });
          Object.assign(world.cloud.settings, {
            isListDown,
            isStartInVain,
            newStatus,
            cloneFates: [...fates],
          });
          await harm(world, { stopped, sick, vanished });
          counts.clear();
          await world.clock.advance(60_000);
          const { maxSize } = world.config.policy;
          expect(counts.get("listVms") ?? 0).toBeLessThanOrEqual(LISTS_A_MINUTE);
          expect(total(counts) - (counts.get("listVms") ?? 0)).toBeLessThanOrEqual(
            CALLS_A_MINUTE_OF_A_SERVER * (maxSize - 1),
          );
        }
        void scaler.stop();
        await world.clock.advance(10_000);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

async function harm(
  world: World,
  { stopped, sick, vanished }: { readonly stopped: number; readonly sick: number; readonly vanished: number },
): Promise<void> {
  const clones = clonesOf(world);
  for (const vm of clones.slice(0, stopped)) {
    const there = world.cloud.vms.get(vm.uuid);
    if (there !== undefined) world.cloud.vms.set(vm.uuid, { ...there, status: "stopped" });
  }
  for (const { privateIpv4 = "" } of clones.slice(0, sick)) world.settings.sick.add(privateIpv4);
  for (const { uuid } of clones.slice(0, vanished)) world.cloud.vms.delete(uuid);
}

describe("faults found by reading", () => {
  it("a fault shared by seed and clones opens the breaker by the measure of dead servers, not of new ones", async () => {
    const world = createFakeWorld(testPool({ provision: { probesInARow: 10 } }));
    await grown(world);
    for (const privateIpv4 of [
      "10.77.1.10",
      ...clonesOf(world)
        .slice(0, 1)
        .map((vm) => vm.privateIpv4 ?? ""),
    ])
      world.settings.sick.add(privateIpv4);

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
