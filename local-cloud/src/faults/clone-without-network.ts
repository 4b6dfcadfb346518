import type { MachineFault } from "./fault.ts";

export const cloneWithoutNetwork: MachineFault = {
  kind: "clone-without-network",
  at: "machine",
  summary: "makes a clone that runs, but whose network is dead: nothing reaches it, and it reaches nothing",
  numbers: {},
  operations: ["cloneVm"],
  strike: ({ isolate }) => isolate(),
};
