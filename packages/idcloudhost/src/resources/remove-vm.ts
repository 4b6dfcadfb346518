import type { Cloud } from "../cloud.ts";
import { isNotFound } from "../errors.ts";
import type { FloatingIp, Vm } from "../types.ts";

/** An automatic address may be listed later than its VM; after this age it was listed or never will be. */
const YOUNG_MS = 120_000;
const AUTOMATIC_IP_PATIENCE_MS = 30_000;

/**
 * Removes a VM with its public addresses; that it is gone already is success. Addresses go first: once the VM
 * is gone nothing ties them to it, and they stay billed. A VM of unknown age counts as young.
 *
 * @param isItsOwn which of its addresses go with it; the others stay allocated
 */
export async function removeVm(
  cloud: Cloud,
  { uuid, createdAtMs = Date.now() }: Vm,
  isItsOwn: (ip: FloatingIp) => boolean = () => true,
): Promise<void> {
  try {
    const ips = (await cloud.publicIpsOfVm(uuid)).filter(isItsOwn);
    for (const ip of ips) await cloud.releaseIp(ip.address, { uuid: ip.uuid });
    if (ips.length === 0 && Date.now() - createdAtMs < YOUNG_MS) {
      await cloud.releaseAutomaticIpsOfVm(uuid, { waitForOneMs: AUTOMATIC_IP_PATIENCE_MS });
    }
    await cloud.deleteVm(uuid);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The VMs that are listed under the name and are not gone. */
export async function vmsNamed(cloud: Cloud, isNamed: (name: string) => boolean): Promise<readonly Vm[]> {
  return (await cloud.listVms()).filter(
    ({ name, status }) => isNamed(name) && status.toLowerCase() !== "deleted",
  );
}
