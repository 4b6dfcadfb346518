import type { Violation } from "@autoscaler/scaling-core";
import type { Pool } from "./pool.ts";

/**
 * Counts and logs a broken invariant once, however often it is seen: again only when it held in between, or when
 * another one is broken in the same place. `place` says where, for example the name of a server.
 *
 * @returns whether anything is broken.
 */
export function reportViolations(
  { ports, state }: Pick<Pool, "ports" | "state">,
  place: string,
  violations: readonly Violation[],
): boolean {
  const broken = violations.map(({ invariant }) => invariant).join();
  const before = state.brokenInvariants.get(place);
  if (violations.length === 0) state.brokenInvariants.delete(place);
  else state.brokenInvariants.set(place, broken);
  if (violations.length > 0 && broken !== before) {
    ports.metrics.violated(violations);
    ports.log.error({ event: "invariant.violated", place, violations }, "an invariant is broken");
  }
  return violations.length > 0;
}
