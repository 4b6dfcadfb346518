import type { MachineFault } from "./fault.ts";

export const vmDies: MachineFault = {
  kind: "vm-dies",
  at: "machine",
  summary: "cuts the power of the new VM after a while",
  numbers: { afterMs: 10_000 },
  operations: ["createVm", "cloneVm"],
  async apply({ id, driver, clock, closing }, { afterMs = 0 }) {
    const die = async () => {
      await clock.sleep(afterMs, closing);
      if (await driver.isRunning(id)) await driver.stop(id, { force: true });
    };
    // Runs unawaited: a machine removed meanwhile, or a closed server, is no failure.
    die().catch(() => undefined);
  },
};
