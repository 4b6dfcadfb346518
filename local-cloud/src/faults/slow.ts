import type { CallFault } from "./fault.ts";

export const slow: CallFault = {
  kind: "slow",
  at: "call",
  summary: "waits before it does what it was asked",
  numbers: { delayMs: 1_000 },
  arm: ({ delayMs = 0 }, { clock, closing }) => ({
    async before() {
      if (delayMs > 0) await clock.sleep(delayMs, closing);
      return undefined;
    },
  }),
};
