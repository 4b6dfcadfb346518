import type { MachineDriver } from "../machines/driver.ts";
import type { LocalCloudSettings } from "../settings/settings.ts";
import type { World } from "./world.ts";

/** The table is replaced as a whole: replacements must not overtake each other. */
export function createPublicAddresses(
  world: World,
  driver: MachineDriver,
  { egressWithoutPublicIp }: Pick<LocalCloudSettings, "egressWithoutPublicIp">,
): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return function apply() {
    const mine = last.then(() => driver.setPublicAddresses(tableOf(world), { egressWithoutPublicIp }));
    last = mine.catch(() => undefined);
    return mine;
  };
}

function tableOf(world: World) {
  return [...world.ips.values()].flatMap(({ address, assignedTo, deletedAtMs }) => {
    const vm = assignedTo === undefined || deletedAtMs !== undefined ? undefined : world.vms.get(assignedTo);
    const live = vm !== undefined && (vm.phase === "ready" || vm.phase === "creating");
    return live ? [{ publicIpv4: address, privateIpv4: vm.privateIpv4 }] : [];
  });
}
