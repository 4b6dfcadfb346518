import type { CallFault } from "./fault.ts";

export const serverErrorAfter: CallFault = {
  kind: "server-error-after",
  at: "call",
  summary: "does what it was asked, then answers 502, like a gateway whose time-out passed",
  numbers: {},
  arm: () => ({
    after: () => ({ kind: "replace", answer: `{"message":"An invalid response was received"}`, status: 502 }),
  }),
};
