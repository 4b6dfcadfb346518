import type { PublicIp } from "@autoscaler/scaling-core";
import type { StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";

/** Finds the automatic public address of a young clone; releases it unless the pool keeps them. */
export async function settlePublicIp(pool: Pool, name: string): Promise<StepResult> {
  const { vmUuid } = pool.clones.recordOf(name);
  if (vmUuid === undefined || (await noteIps(pool, name, vmUuid)).length === 0) return "aside";
  if (!pool.config.keepPublicIp) await releaseNotedIps(pool, name);
  pool.clones.update(name, (record) => ({ ...record, publicIp: "settled" }));
  return "aside";
}

/** Writes the machine's addresses down, so that they are released even by the process after this one. */
export async function noteIps(
  { clones, ports }: Pool,
  name: string,
  vmUuid: string,
): Promise<readonly PublicIp[]> {
  const ips = await ports.cloud.automaticIpsOf(vmUuid);
  const isNew = (noted: readonly PublicIp[]) => (ip: PublicIp) => !noted.some(({ uuid }) => uuid === ip.uuid);
  clones.update(name, (record) => {
    const news = ips.filter(isNew(record.publicIps));
    return news.length === 0 ? record : { ...record, publicIps: [...record.publicIps, ...news] };
  });
  return ips;
}

export async function releaseNotedIps({ clones, ports }: Pool, name: string): Promise<void> {
  for (const ip of clones.recordOf(name).publicIps) {
    await ports.cloud.releaseIp(ip);
    clones.update(name, (record) => ({
      ...record,
      publicIp: "settled",
      publicIps: record.publicIps.filter(({ uuid }) => uuid !== ip.uuid),
    }));
    ports.log.info({ event: "ip.released", server: name, address: ip.address }, "public address released");
  }
}
