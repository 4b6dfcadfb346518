import { CloudFailure } from "../state/failures.ts";
import type { CallFault } from "./fault.ts";

/** Body and header are a guess, after Kong's: no source records the real ones. */
export const rateLimited: CallFault = {
  kind: "rate-limited",
  at: "call",
  summary: "answers 429 without having done anything",
  numbers: { retryAfterSeconds: 1 },
  arm: ({ retryAfterSeconds = 1 }) => ({
    async before() {
      const headers = { "retry-after": String(retryAfterSeconds) };
      throw new CloudFailure(429, { message: "API rate limit exceeded" }, headers);
    },
  }),
};
