import type { MachineDriver, MachineSpec } from "../../machines/driver.ts";
import type { FaultTools } from "./fault.ts";
import type { Faults } from "./registry.ts";

/** A driver whose new machines may be struck by faults. */
export function withMachineFaults(
  driver: MachineDriver,
  options: FaultTools & { readonly faults: Faults },
): MachineDriver {
  const { faults, clock, closing } = options;
  const hung = new Set<string>();

  async function strike(operation: string, { id, hostName }: MachineSpec): Promise<void> {
    for (const { fault, numbers } of faults.strikeMachine({ operation, text: `${hostName} ${id}` })) {
      await fault.strike({ id, driver, clock, closing, hang: () => hung.add(id) }, numbers);
    }
  }

  return {
    ...driver,
    async create(spec) {
      await driver.create(spec);
      await strike("createVm", spec);
    },
    async clone(spec, sourceId) {
      await driver.clone(spec, sourceId);
      await strike("cloneVm", spec);
    },
    async start(id) {
      hung.delete(id);
      await driver.start(id);
    },
    async stop(id, options) {
      hung.delete(id);
      await driver.stop(id, options);
    },
    async remove(id) {
      hung.delete(id);
      await driver.remove(id);
    },
    isRunning: async (id) => hung.has(id) || (await driver.isRunning(id)),
  };
}
