import type { MachineFault } from "./fault.ts";

export const neverBoots: MachineFault = {
  kind: "never-boots",
  at: "machine",
  summary: "says that the new VM runs, but nothing ever answers in it",
  numbers: {},
  operations: ["createVm", "cloneVm"],
  async strike({ id, driver, hang }) {
    hang();
    await driver.stop(id, { force: true });
  },
};
