import type { CallFault } from "./fault.ts";

export const lostAfter: CallFault = {
  kind: "lost-after",
  at: "call",
  summary: "does what it was asked, then drops the connection without an answer",
  numbers: {},
  arm: () => ({ after: () => ({ kind: "cut", sent: "" }) }),
};
