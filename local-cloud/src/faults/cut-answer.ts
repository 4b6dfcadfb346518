import type { CallFault } from "./fault.ts";

export const cutAnswer: CallFault = {
  kind: "cut-answer",
  at: "call",
  summary: "does what it was asked, then drops the connection in the middle of the answer",
  numbers: {},
  arm: () => ({ after: (answer) => ({ kind: "cut", sent: answer.slice(0, Math.ceil(answer.length / 2)) }) }),
};
