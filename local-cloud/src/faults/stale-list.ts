import type { CallFault } from "./fault.ts";

export const staleList: CallFault = {
  kind: "stale-list",
  at: "call",
  summary: "keeps answering with the list as it was when the fault was first applied",
  numbers: {},
  operations: ["listVms", "listFloatingIps", "listNetworks", "listFirewalls"],
  arm() {
    const frozen = new Map<string, string>();
    return {
      after(answer, url) {
        if (!frozen.has(url)) frozen.set(url, answer);
        return { kind: "replace", answer: frozen.get(url) ?? answer };
      },
    };
  },
};
