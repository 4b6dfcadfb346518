import type { CallFault } from "./fault.ts";

export const staleList: CallFault = {
  kind: "stale-list",
  at: "call",
  summary: "goes on answering what the list was when it first struck",
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
