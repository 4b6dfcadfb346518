/** What a step in a server's cloud lane says of the next one. Its type makes every step say something. */
export type StepResult =
  /** The server is in another phase: what comes next may begin. */
  | "moved"
  /** Nothing has changed: look again after the usual time. */
  | "again"
  /** It was no step of the server's life: its pace stays as it is. */
  | "aside"
  | { readonly againAfterMs: number };

/** How long a step waits that does not say otherwise. */
const USUAL_MS = 5_000;
/** No step of a server follows the one before sooner than this, whatever it says. */
const SHORTEST_MS = 1_000;
/** After failures the usual time is doubled, up to this. */
const LONGEST_MS = 60_000;

/** How long the next step of a server waits; `undefined`: as long as before. */
export function waitAfter(result: StepResult): number | undefined {
  if (result === "aside") return undefined;
  if (result === "moved") return SHORTEST_MS;
  return Math.max(SHORTEST_MS, result === "again" ? USUAL_MS : result.againAfterMs);
}

/** The same after a step that failed, by the number of failures before it. */
export function waitAfterFailure(failureCount: number): number {
  return Math.min(LONGEST_MS, USUAL_MS * 2 ** Math.min(failureCount, 5));
}
