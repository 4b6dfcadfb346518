/** Pauses creates after failures. */
export interface BackOff {
  readonly failureCount: number;
  /** No create before this; 0: none is barred. */
  readonly notBeforeMs: number;
}

export const noBackOff: BackOff = { failureCount: 0, notBeforeMs: 0 };

const FIRST_MINUTES = 1;
const LAST_MINUTES = 30;

/** 1, 2, 4, 8, 16, 30, 30 ... minutes from now. */
export function afterFailedCreate({ failureCount }: BackOff, nowMs: number): BackOff {
  const minutes = Math.min(LAST_MINUTES, FIRST_MINUTES * 2 ** Math.min(failureCount, 10));
  return { failureCount: failureCount + 1, notBeforeMs: nowMs + minutes * 60_000 };
}

/** A clock that was set back must not bar creates for longer than the longest pause. */
export function isBarred({ failureCount, notBeforeMs }: BackOff, nowMs: number): boolean {
  return failureCount > 0 && nowMs < notBeforeMs && notBeforeMs - nowMs <= LAST_MINUTES * 60_000;
}
