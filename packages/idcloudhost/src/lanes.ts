export type Lane = <T>(run: () => Promise<T>) => Promise<T>;

/** Runs at most `size` at a time, the rest in order of arrival. */
export function createLane(size: number): Lane {
  let runningCount = 0;
  const waiting: (() => void)[] = [];

  return async function enter(run) {
    if (runningCount < size) runningCount += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // woken with the place already taken
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) runningCount -= 1;
      else next();
    }
  };
}
