import { createHash } from "node:crypto";
import type { CallFault } from "./fault.ts";

export const shuffledList: CallFault = {
  kind: "shuffled-list",
  at: "call",
  summary: "answers lists in another order each time",
  numbers: {},
  operations: ["listVms", "listFloatingIps", "listNetworks", "listFirewalls"],
  arm() {
    let answerCount = 0;
    return {
      after(answer) {
        answerCount += 1;
        const rows: unknown = JSON.parse(answer);
        if (!Array.isArray(rows)) return { kind: "replace", answer };
        // By hash, not by chance: the same run shuffles the same way.
        const keyed = rows.map((row) => ({ row, key: hash(`${answerCount} ${JSON.stringify(row)}`) }));
        const shuffled = keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
        return { kind: "replace", answer: JSON.stringify(shuffled) };
      },
    };
  },
};

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
