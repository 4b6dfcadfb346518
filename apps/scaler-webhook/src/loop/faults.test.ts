import { clonesOf, restingViolations } from "../testing/check-world.ts";
import type { CloudSettings } from "../testing/fake-cloud.ts";
import { createFakeWorld, testPool, type World, type WorldSettings } from "../testing/fake-world.ts";
import { grown, phases, run, start } from "../testing/run-world.ts";
import { createScaler } from "./scaler.ts";

describe("without a complete reading", () => {
  it.each<{ when: string; loads: WorldSettings["loads"] }>([
    { when: "Prometheus is down", loads: "down" },
    { when: "Prometheus is empty", loads: "empty" },
    { when: "all readings are NaN", loads: "not-a-number" },
    { when: "the seed has no reading", loads: "without-seed" },
  ])("the pool holds its size when $when", async ({ loads }) => {
    const world = createFakeWorld();
    await grown(world);

    world.settings.loads = loads;
    world.settings.demandPercent = 20;
    await run(world, 600);

    expect(phases(world)).toEqual(["serving", "serving"]);
    expect(lastReason(world)).toBe("load-unknown");
  });

  it("waits a whole window after the readings are back", async () => {
    const world = createFakeWorld();
    await grown(world);
    world.settings.loads = "down";
    world.settings.demandPercent = 20;
    await run(world, 600);

    world.settings.loads = "read";
    await run(world, 55);
    expect(phases(world)).toEqual(["serving", "serving"]);

    await run(world, 300);
    expect(restingViolations(world)).toEqual([]);
    expect(phases(world)).toEqual([]);
  });
});

describe("a restarted scaler", () => {
  it("waits a whole window before it shrinks", async () => {
    const world = createFakeWorld();
    const first = createScaler({ config: world.config, ports: world.ports, tickIntervalMs: 5_000 });
    void first.run();
    world.settings.demandPercent = 160;
    await run(world, 180);
    world.settings.demandPercent = 20;
    await run(world, 50);
    await Promise.all([first.stop(), world.clock.advance(1_000)]);

    start(world);
    await run(world, 55);

    expect(phases(world)).toEqual(["serving", "serving"]);
  });

  it("decides nothing before cloud and load balancer were read", async () => {
    const world = createFakeWorld();
    world.settings.demandPercent = 160;
    world.settings.loadBalancer = "silent";
    start(world);
    await run(world, 60);
    expect(world.journal.decisions({ limit: 10 })).toEqual([]);

    world.settings.loadBalancer = "serves";
    world.cloud.settings.isListDown = true;
    await run(world, 60);
    expect(world.journal.decisions({ limit: 10 })).toEqual([]);

    world.cloud.settings.isListDown = false;
    await run(world, 180);
    expect(world.lb.backends).toHaveLength(3);
  });

  it("keeps a machine of the pool that the journal does not know, when the load balancer serves it", async () => {
    const world = createFakeWorld();
    const { vm } = (
      await Promise.all([world.cloud.cloneSeed("test-ab12cd-c-abc123"), world.clock.advance(60_000)])
    )[0] as {
      vm: { uuid: string; privateIpv4: string };
    };
    world.lb.backends = [...world.lb.backends, world.urlOf(vm.privateIpv4)];
    world.settings.demandPercent = 110;

    start(world);
    await world.clock.advance(500);

    expect(world.journal.servers()).toMatchObject([
      { name: "test-ab12cd-c-abc123", phase: "serving", vmUuid: vm.uuid },
    ]);
    expect(world.lb.backends).toHaveLength(2);
    await run(world, 120);
    expect(phases(world)).toEqual(["serving"]);
  });

  it("adopts a machine of the pool only after its probes, and leaves similar names alone", async () => {
    const world = createFakeWorld();
    await Promise.all([
      world.cloud.cloneSeed("test-ab12cd-c-abc123"),
      world.cloud.cloneSeed("test-ab12cd-c"),
      world.cloud.cloneSeed("test-ab12cd-copy-1"),
      world.cloud.cloneSeed("test-ab12cd-c-My-Own"),
      world.clock.advance(40_000),
    ]);
    start(world);

    await run(world, 400);

    expect([...world.cloud.vms.values()].map(({ name }) => name)).toEqual(
      expect.arrayContaining(["test-ab12cd-c", "test-ab12cd-copy-1", "test-ab12cd-c-My-Own"]),
    );
    expect(clonesOf(world)).toEqual([]); // the load is low: it was adopted, then shrunk away
    expect(world.journal.servers().map(({ name }) => name)).toEqual(["test-ab12cd-c-abc123"]);
  });
});

describe("a load balancer that does not answer", () => {
  it.each<{ when: string; loadBalancer: WorldSettings["loadBalancer"] }>([
    { when: "it refuses", loadBalancer: "refuses" },
    { when: "it is silent", loadBalancer: "silent" },
  ])("gets no server into service, and none deleted, while $when", async ({ loadBalancer }) => {
    const world = createFakeWorld();
    await grown(world);
    world.settings.loadBalancer = loadBalancer;
    world.settings.demandPercent = 20;
    await run(world, 600);
    expect(clonesOf(world)).toHaveLength(2);
    expect(world.cloud.deletedUuids).toEqual([]);

    world.settings.demandPercent = 230;
    await run(world, 1_200);
    expect(phases(world)).toEqual(["serving", "probing", "probing"]); // one taken back, one new
    expect(world.lb.backends).toHaveLength(3);

    world.settings.loadBalancer = "serves";
    await run(world, 120);
    expect(phases(world)).toEqual(["serving", "serving", "serving"]);
    expect(world.lb.backends).toHaveLength(4);
  });

  it("is asked again when its acknowledgement got lost", async () => {
    const world = createFakeWorld();
    world.settings.loadBalancer = "answer-lost";
    start(world);
    world.settings.demandPercent = 110;
    await run(world, 120);
    expect(phases(world)).toEqual(["probing"]);

    world.settings.loadBalancer = "serves";
    await run(world, 30);

    expect(phases(world)).toEqual(["serving"]);
  });

  it("is overtaken when it knows a later generation", async () => {
    const world = createFakeWorld();
    start(world);
    await run(world, 10);
    world.lb.generation = 41;

    world.settings.demandPercent = 110;
    await run(world, 120);

    expect(world.lb.generation).toBe(42);
    expect(phases(world)).toEqual(["serving"]);
  });

  it("is told again when it forgot", async () => {
    const world = createFakeWorld();
    await grown(world);

    world.lb.backends = world.lb.backends.slice(0, 1);
    await run(world, 10);

    expect(world.lb.backends).toHaveLength(3);
  });
});

describe("a clone whose answer got lost", () => {
  it.each<{ when: string; fate: CloudSettings["cloneFates"][number] }>([
    { when: "it was made", fate: "lost-after" },
    { when: "it was never made", fate: "lost-before" },
    { when: "it appears a minute later", fate: "late" },
    { when: "it appears twice", fate: "doubled" },
  ])("leads to one more server, and to nothing else, when $when", async ({ fate }) => {
    const world = createFakeWorld();
    world.cloud.settings.cloneFates = [fate];
    start(world);
    world.settings.demandPercent = 110;

    await run(world, 600);
    expect(clonesOf(world)).toHaveLength(1);
    expect(phases(world)).toEqual(["serving"]);
    expect(restingViolations(world)).toEqual([]);
    expect(new Set(world.cloud.cloneRequests).size).toBe(world.cloud.cloneRequests.length);

    world.settings.demandPercent = 10;
    await run(world, 300);
    expect(clonesOf(world)).toEqual([]);
    expect(restingViolations(world)).toEqual([]);
  });

  it("that appears after it was given up is undone", async () => {
    const world = createFakeWorld();
    world.cloud.settings.cloneFates = ["lost-before"];
    start(world);
    world.settings.demandPercent = 110;
    await run(world, 420);
    const [lostName = ""] = world.cloud.cloneRequests;
    await Promise.all([world.cloud.cloneSeed(lostName), world.clock.advance(20_000)]);
    expect(clonesOf(world)).toHaveLength(2);

    await run(world, 240);

    expect(clonesOf(world).map(({ name }) => name)).not.toContain(lostName);
    expect(restingViolations(world)).toEqual([]);
  });
});

describe("a cloud that refuses clones", () => {
  it("is asked after 1, 2, 4 ... minutes, and at once again after a success", async () => {
    const world = createFakeWorld();
    world.cloud.settings.cloneFates = ["refused", "refused", "refused"];
    start(world);
    world.settings.demandPercent = 110;

    await run(world, 300);
    expect(world.cloud.cloneRequests).toHaveLength(3);
    expect(clonesOf(world)).toEqual([]);

    await run(world, 400);
    expect(world.cloud.cloneRequests).toHaveLength(4);
    expect(phases(world)).toEqual(["serving"]);
    expect(world.journal.memory().backOff).toEqual({ failureCount: 0, notBeforeMs: 0 });
  });

  it("is asked again soon when the seed was only locked", async () => {
    const world = createFakeWorld();
    world.cloud.settings.cloneFates = ["busy", "busy"];
    start(world);
    world.settings.demandPercent = 110;

    await run(world, 90);

    expect(phases(world)).toEqual(["serving"]);
    expect(world.journal.memory().backOff.failureCount).toBe(0);
  });
});

describe("a clone that never answers", () => {
  it("is given up after its deadline, removed with its address, and followed by a pause", async () => {
    const world = createFakeWorld(testPool({ provision: { giveUpSeconds: 120 } }));
    world.settings.bootMs = Number.MAX_SAFE_INTEGER;
    start(world);
    world.settings.demandPercent = 110;

    await run(world, 170);
    expect(clonesOf(world)).toEqual([]);
    expect(world.cloud.ips.size).toBe(0);
    expect(phases(world)).toEqual(["planned"]);
    expect(world.journal.memory().backOff.failureCount).toBe(1);
    expect(world.cloud.cloneRequests).toHaveLength(1);

    world.settings.bootMs = 10_000;
    await run(world, 200);
    expect(phases(world)).toEqual(["serving"]);
  });

  it("is not deleted before its late public address was seen", async () => {
    const world = createFakeWorld(testPool({ provision: { giveUpSeconds: 10 } }));
    world.settings.bootMs = Number.MAX_SAFE_INTEGER;
    world.cloud.settings.ipAfterMs = 70_000;
    start(world);
    world.settings.demandPercent = 110;
    await run(world, 60);
    world.settings.demandPercent = 20;

    await run(world, 300);

    expect(world.cloud.vms.size).toBe(4);
    expect([...world.cloud.ips.values()]).toEqual([]);
  });
});

function lastReason({ journal }: World): string | undefined {
  return journal.decisions({ limit: 1 })[0]?.decision.reason;
}
