import type { SeenVm } from "@autoscaler/scaling-core";
import type { StepResult } from "../pace.ts";
import type { Pool } from "../pool.ts";

/** The cloud has the machine of this server. */
export function foundMachine({ clones, ports }: Pool, name: string, vm: SeenVm, why: string): StepResult {
  clones.noteSighting(name, { vm, absentReadCount: 0 });
  clones.enter(name, "booting", { why, vmUuid: vm.uuid });
  ports.log.debug({ event: "server.found", server: name, status: vm.status }, "the cloud has the machine");
  return "moved";
}
