import type { StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";
import { foundMachine } from "./found-machine.ts";

/** Looks for the machine of a clone whose answer got lost. */
export async function lookUpServer(pool: Pool, name: string): Promise<StepResult> {
  const vm = await pool.ports.cloud.findVmByName(name);
  if (vm !== undefined) return foundMachine(pool, name, vm, "found by its name");
  pool.clones.update(name, (record) => ({ ...record, attemptCount: record.attemptCount + 1 }));
  return "again";
}
