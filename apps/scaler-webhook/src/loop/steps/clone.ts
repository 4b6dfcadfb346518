import { afterFailedCreate, isBarred } from "@autoscaler/scaling-core";
import type { StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";
import { foundMachine } from "./found-machine.ts";

/**
 * Sends the clone, once. The record says so before the call: a crash in between leaves a record that looks
 * for its machine by name, never a machine without a record.
 */
export async function cloneServer(pool: Pool, name: string): Promise<StepResult> {
  const { clones, ports } = pool;
  const { clock, cloud, journal, log, metrics } = ports;
  const cloneSentAtMs = clock.nowMs();
  clones.enter(name, "creating", { why: "the clone is being sent", cloneSentAtMs });
  clones.update(name, (record) => ({ ...record, times: { ...record.times, cloneSentAtMs } }));

  const result = await cloud.cloneSeed(name);

  switch (result.kind) {
    case "created":
      return foundMachine(pool, name, result.vm, "the cloud made it");
    case "busy":
      clones.enter(name, "planned", { why: "the seed is locked by another call" });
      return "again";
    case "refused": {
      metrics.failed("cloneSeed");
      const { backOff } = journal.memory();
      const next = isBarred(backOff, clock.nowMs()) ? backOff : afterFailedCreate(backOff, clock.nowMs());
      journal.remember({ backOff: next });
      log.warn(
        { event: "clone.refused", server: name, why: result.why, failureCount: next.failureCount },
        "clone refused",
      );
      clones.enter(name, "planned", { why: "the cloud refused the clone" });
      return "again";
    }
    case "unknown":
      metrics.failed("cloneSeed");
      log.warn(
        { event: "clone.answer_lost", server: name, why: result.why },
        "the clone's outcome is unknown",
      );
      clones.enter(name, "creating", { why: "the clone's answer got lost, its machine is looked for" });
      return "moved";
  }
}
