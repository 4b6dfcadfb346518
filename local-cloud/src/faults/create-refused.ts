import { vmRefusal } from "../state/failures.ts";
import type { CallFault } from "./fault.ts";

export const createRefused: CallFault = {
  kind: "create-refused",
  at: "call",
  summary: "refuses new VMs, addresses and firewalls because the quota is used up",
  numbers: {},
  operations: ["createVm", "cloneVm", "createFloatingIp", "createFirewall"],
  arm: () => ({
    async before() {
      throw vmRefusal("Resource quota exceeded.");
    },
  }),
};
