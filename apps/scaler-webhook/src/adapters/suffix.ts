import { randomInt } from "node:crypto";
import type { Clock } from "@autoscaler/service-kit";

/** Seconds since 1970 in base 36 (six digits until 2038), so that names sort by age, and four random ones. */
export function createSuffixes(clock: Clock): () => string {
  return () => {
    const random = randomInt(36 ** 4)
      .toString(36)
      .padStart(4, "0");
    return `${Math.floor(clock.nowMs() / 1000).toString(36)}${random}`;
  };
}
