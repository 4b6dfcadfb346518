import type { MachineDriver, MachineFirewall, MachineSpec } from "../machines/driver.ts";
import type { FaultTools } from "./fault.ts";
import type { Faults } from "./registry.ts";

/** A driver that applies faults to new machines. */
export function withMachineFaults(
  driver: MachineDriver,
  options: FaultTools & { readonly faults: Faults },
): MachineDriver {
  const { faults, clock, closing } = options;
  const hung = new Set<string>();
  /** Private addresses of machines that were cut off, by machine. */
  const isolated = new Map<string, string>();
  let wanted: readonly MachineFirewall[] = [];

  function applyFirewalls(): Promise<void> {
    const addresses = [...isolated.values()];
    const open = wanted.filter(({ privateIpv4 }) => !addresses.includes(privateIpv4));
    const shut = addresses.map((privateIpv4) => ({ privateIpv4, inbound: [], outbound: [] }));
    return driver.setFirewalls([...open, ...shut]);
  }

  async function apply(operation: string, { id, hostName, privateIpv4 }: MachineSpec): Promise<void> {
    const isolate = () => {
      isolated.set(id, privateIpv4);
      return applyFirewalls();
    };
    for (const { fault, numbers } of faults.applyToMachine({ operation, text: `${hostName} ${id}` })) {
      await fault.apply({ id, driver, clock, closing, hang: () => hung.add(id), isolate }, numbers);
    }
  }

  return {
    ...driver,
    async create(spec) {
      await driver.create(spec);
      await apply("createVm", spec);
    },
    async clone(spec, sourceId) {
      await driver.clone(spec, sourceId);
      await apply("cloneVm", spec);
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
      if (isolated.delete(id)) await applyFirewalls();
      await driver.remove(id);
    },
    setFirewalls(firewalls) {
      wanted = firewalls;
      return applyFirewalls();
    },
    isRunning: async (id) => hung.has(id) || (await driver.isRunning(id)),
  };
}
