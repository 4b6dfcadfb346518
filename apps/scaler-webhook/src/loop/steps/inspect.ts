import type { StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";

const BOOTING_INTERVAL_MS = 3_000;

/** Asks the authority on one machine: a list lags, and its rows may lack fields. */
export async function inspectServer({ fleet, ports }: Pool, name: string): Promise<StepResult> {
  const vmUuid = fleet.get(name)?.record.vmUuid;
  if (vmUuid === undefined) return "again";
  const vm = await ports.cloud.getVm(vmUuid);
  fleet.see(name, vm === undefined ? { isProvenAbsent: true } : { vm, absentReadCount: 0 });
  return { againAfterMs: BOOTING_INTERVAL_MS };
}
