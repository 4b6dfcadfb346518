import { clonesOf, momentaryViolations, restingViolations } from "../testing/check-world.ts";
import { type CrashPoint, crashingPorts } from "../testing/crash.ts";
import { createFakeWorld, type World } from "../testing/fake-world.ts";
import type { Ports } from "./ports.ts";
import { createScaler, type Scaler } from "./scaler.ts";

function start(world: World, ports: Ports = world.ports): Scaler {
  const scaler = createScaler({ config: world.config, ports, tickIntervalMs: 5_000 });
  void scaler.run();
  return scaler;
}

/** Load for three servers, then almost none: a pool that grows and shrinks again. */
async function liveOneLife(world: World, everyStep: () => void = () => undefined): Promise<void> {
  const phases = [
    { demandPercent: 20, seconds: 20 },
    { demandPercent: 160, seconds: 240 },
    { demandPercent: 20, seconds: 460 },
  ];
  for (const { demandPercent, seconds } of phases) {
    world.settings.demandPercent = demandPercent;
    for (let second = 0; second < seconds; second += 5) {
      await world.clock.advance(5_000);
      everyStep();
    }
  }
}

function expectSound(world: World): void {
  expect(momentaryViolations(world)).toEqual([]);
}

describe("the loop", () => {
  it("grows from one server to three and shrinks back to one, with nothing left over", async () => {
    const world = createFakeWorld();
    start(world);
    let largest = 0;

    await liveOneLife(world, () => {
      expectSound(world);
      largest = Math.max(largest, world.lb.backends.length);
    });

    expect(largest).toBe(3);
    expect(clonesOf(world)).toEqual([]);
    expect(restingViolations(world)).toEqual([]);
    expect(world.cloud.cloneRequests).toHaveLength(2);
    expect(world.legs.map(({ leg }) => leg)).toEqual(
      expect.arrayContaining(["t0_t1", "t2_t3", "t4_t5", "t0_t5"]),
    );
  });

  it("drains a server before it deletes it", async () => {
    const world = createFakeWorld();
    start(world);
    const original = world.cloud.deleteVm;
    const openAtDelete: number[] = [];
    Object.assign(world.cloud, {
      deleteVm: async (uuid: string) => {
        const url = world.urlOf(world.cloud.vms.get(uuid)?.privateIpv4 ?? "");
        const { backends } = await world.ports.loadBalancer.status();
        openAtDelete.push(backends.find((backend) => backend.url === url)?.openConnectionCount ?? 0);
        return original(uuid);
      },
    });

    await liveOneLife(world);

    expect(openAtDelete).toEqual([0, 0]);
  });

  it("takes a draining server back instead of creating another one", async () => {
    const world = createFakeWorld();
    world.settings.connectionMs = 40_000;
    start(world);
    world.settings.demandPercent = 110;
    await world.clock.advance(120_000);
    world.settings.demandPercent = 20;
    while (!world.journal.servers().some(({ phase }) => phase === "draining"))
      await world.clock.advance(5_000);

    world.settings.demandPercent = 110;
    await world.clock.advance(30_000);

    expect(world.journal.servers().map(({ phase }) => phase)).toEqual(["serving"]);
    expect(world.cloud.cloneRequests).toHaveLength(1);
    expect(world.cloud.deletedUuids).toEqual([]);
  });
});

describe("a killed scaler", () => {
  it("finishes or undoes the work of its predecessor, wherever that was killed", async () => {
    const effectCount = (await lifeWithCrash(undefined)).effects.length;
    expect(effectCount).toBeGreaterThan(50);

    const failures: string[] = [];
    for (let at = 1; at <= effectCount; at += 1) {
      for (const when of ["before", "after"] as const) {
        const { world, effects } = await lifeWithCrash({ at, when });
        const point = `killed ${when} effect ${at} (${effects.at(-1)})`;
        failures.push(...restingViolations(world).map((text) => `${point}: ${text}`));
        if (clonesOf(world).length > 0) failures.push(`${point}: ${clonesOf(world).length} clones are left`);
        const doubles = world.cloud.cloneRequests.filter((name, index, all) => all.indexOf(name) !== index);
        failures.push(...doubles.map((name) => `${point}: ${name} was sent twice`));
      }
    }
    expect(failures).toEqual([]);
  }, 240_000);
});

async function lifeWithCrash(point: CrashPoint | undefined) {
  const world = createFakeWorld();
  const first = crashingPorts(world.ports, point);
  start(world, first.ports);
  let isRestarted = false;
  const violations: string[] = [];
  await liveOneLife(world, () => {
    violations.push(...momentaryViolations(world));
    if (!first.isCrashed() || isRestarted) return;
    isRestarted = true;
    start(world);
  });
  expect(violations).toEqual([]);
  return { world, effects: first.effects };
}
