import { messageFailure } from "../state/failures.ts";
import type { CallFault } from "./fault.ts";

export const serverError: CallFault = {
  kind: "server-error",
  at: "call",
  summary: "answers 5xx without having done anything",
  numbers: { status: 500 },
  arm: ({ status = 500 }) => ({
    async before() {
      throw messageFailure(status, "An unexpected error occurred");
    },
  }),
};
