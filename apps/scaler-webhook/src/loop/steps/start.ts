import type { StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";

/** Starts a machine that is down. One that stays down is started again at the usual pace. */
export async function startServer({ clones, ports }: Pool, name: string): Promise<StepResult> {
  const vmUuid = clones.get(name)?.record.vmUuid;
  if (vmUuid === undefined) return "again";
  await ports.cloud.startVm(vmUuid);
  const vm = await ports.cloud.getVm(vmUuid);
  if (vm !== undefined) clones.noteSighting(name, { vm });
  return "again";
}
