import { isOwnClone, sameEverywhere, type Violation } from "@autoscaler/scaling-core";
import { SEED_URL, type World } from "./fake-world.ts";

const KEPT_UUIDS = ["seed-uuid", "lb-uuid", "monitor-uuid", "other-uuid"];

/** What must hold at any moment, seen from outside the scaler. */
export function momentaryViolations(world: World): readonly string[] {
  const { cloud, config, lb, seenViolations } = world;
  const clones = clonesOf(world);
  const unready = lb.backends.filter(
    (url) =>
      url !== SEED_URL &&
      !clones.some(
        ({ uuid, privateIpv4 = "" }) =>
          url === world.urlOf(privateIpv4) && (world.isUp(privateIpv4) || world.settings.sick.has(uuid)),
      ),
  );
  return [
    ...seenViolations.map(({ invariant, text }) => `${invariant}: ${text}`),
    ...(clones.length + 1 > config.policy.maxSize ? [`2: ${clones.length + 1} machines`] : []),
    ...(lb.backends.includes(SEED_URL) ? [] : ["3: the seed is not served"]),
    ...unready.map((url) => `4: ${url} is served, and no booted clone has it`),
    ...KEPT_UUIDS.filter((uuid) => !cloud.vms.has(uuid)).map((uuid) => `1: ${uuid} was deleted`),
  ];
}

/** What must hold once nothing moves any more. */
export function restingViolations(world: World): readonly string[] {
  const { cloud, journal, lb, ports, written } = world;
  const clones = clonesOf(world);
  const violations: readonly Violation[] = sameEverywhere({
    cloudNames: clones.map(({ name }) => name),
    journal: journal.servers(),
    backends: lb.backends,
    targets: written.targets.map(({ privateIpv4 }) => privateIpv4),
    backendOf: ({ privateIpv4 = "" }) => world.urlOf(privateIpv4),
    targetOf: ({ privateIpv4 = "" }) => privateIpv4,
    seedBackend: SEED_URL,
    seedTarget: "10.77.1.10",
  });
  const leaked = [...cloud.ips.values()].filter(({ listedFromMs }) => ports.clock.nowMs() >= listedFromMs);
  return [
    ...momentaryViolations(world),
    ...violations.map(({ invariant, text }) => `${invariant}: ${text}`),
    ...leaked.map(({ address }) => `7: the address ${address} is still allocated`),
  ];
}

export function clonesOf({ cloud, config }: World) {
  const ownership = { namePrefix: config.namePrefix, protectedVmUuids: config.protectedVmUuids };
  return [...cloud.vms.values()].filter((vm) => isOwnClone(vm, ownership));
}
