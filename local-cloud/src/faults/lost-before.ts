import type { CallFault } from "./fault.ts";

export const lostBefore: CallFault = {
  kind: "lost-before",
  at: "call",
  summary: "drops the connection without having done anything",
  numbers: {},
  arm: () => ({ before: async () => "cut" }),
};
