import { createScaler, type Scaler } from "../loop/scaler.ts";
import { momentaryViolations } from "./check-world.ts";
import type { World } from "./fake-world.ts";

export function start(world: World): Scaler {
  const scaler = createScaler({ config: world.config, ports: world.ports, tickIntervalMs: 5_000 });
  void scaler.run();
  return scaler;
}

export async function run(world: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 5) {
    await world.clock.advance(5_000);
    expect(momentaryViolations(world)).toEqual([]);
  }
}

/** A pool of three that serves and is warm. */
export async function grown(world: World): Promise<Scaler> {
  const scaler = start(world);
  world.settings.demandPercent = 160;
  await run(world, 180);
  expect(phases(world)).toEqual(["serving", "serving"]);
  return scaler;
}

export function phases({ journal }: World): readonly string[] {
  return journal
    .servers()
    .map(({ phase }) => phase)
    .filter((phase) => phase !== "gone");
}

/** Sets the scaler's clock; the machines and the load balancer around it go on as they were. */
export function jump({ clock, cloud, lb }: World, ms: number): void {
  clock.jump(ms);
  for (const [uuid, vm] of cloud.vms) {
    cloud.vms.set(uuid, {
      ...vm,
      createdAtMs: vm.createdAtMs + ms,
      listedFromMs: vm.listedFromMs + ms,
    });
  }
  for (const [address, ip] of cloud.ips)
    cloud.ips.set(address, { ...ip, listedFromMs: ip.listedFromMs + ms });
  for (const [url, leftAtMs] of lb.leftAtMs) lb.leftAtMs.set(url, leftAtMs + ms);
}
