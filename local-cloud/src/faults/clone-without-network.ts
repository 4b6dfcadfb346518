import type { MachineFault } from "./fault.ts";

export const cloneWithoutNetwork: MachineFault = {
  kind: "clone-without-network",
  at: "machine",
  summary: "makes a clone that runs but has no network in either direction",
  numbers: {},
  operations: ["cloneVm"],
  apply: ({ isolate }) => isolate(),
};
