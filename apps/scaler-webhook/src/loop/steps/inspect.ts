import { paceMs, type StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";

/** Asks the authority on one machine: a list lags, and its rows may lack fields. */
export async function inspectServer({ clones, ports }: Pool, name: string): Promise<StepResult> {
  const vmUuid = clones.get(name)?.record.vmUuid;
  if (vmUuid === undefined) return "again";
  const vm = await ports.cloud.getVm(vmUuid);
  clones.noteSighting(name, vm === undefined ? { isProvenAbsent: true } : { vm, absentReadCount: 0 });
  return { againAfterMs: paceMs.whileBooting };
}
