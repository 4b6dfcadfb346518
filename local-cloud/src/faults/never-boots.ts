import type { MachineFault } from "./fault.ts";

export const neverBoots: MachineFault = {
  kind: "never-boots",
  at: "machine",
  summary: "reports the new VM as running, but nothing in it ever answers",
  numbers: {},
  operations: ["createVm", "cloneVm"],
  async apply({ id, driver, hang }) {
    hang();
    await driver.stop(id, { force: true });
  },
};
