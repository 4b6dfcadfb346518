import type { MachineFault } from "./fault.ts";

export const vmDies: MachineFault = {
  kind: "vm-dies",
  at: "machine",
  summary: "cuts the power of the new VM after a while",
  numbers: { afterMs: 10_000 },
  operations: ["createVm", "cloneVm"],
  async strike({ id, driver, clock, closing }, { afterMs = 0 }) {
    const die = async () => {
      await clock.sleep(afterMs, closing);
      if (await driver.isRunning(id)) await driver.stop(id, { force: true });
    };
    // Nobody waits for it; a machine that was removed meanwhile, or a server that closed, is no failure.
    die().catch(() => undefined);
  },
};
