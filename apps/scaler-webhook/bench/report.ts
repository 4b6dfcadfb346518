let isMissed = false;

/** Prints a figure beside its bound. */
export function check(what: string, value: number, bound: number, unit: string): void {
  const isKept = value <= bound;
  if (!isKept) isMissed = true;
  process.stdout.write(
    `${isKept ? "kept  " : "MISSED"} ${what}: ${value.toFixed(1)} ${unit} (bound ${bound} ${unit})\n`,
  );
}

export const report = {
  fail(why: string): never {
    process.stderr.write(`${why}\n`);
    process.exit(2);
  },
  /** 1 when a bound was missed. */
  exit(): never {
    process.exit(isMissed ? 1 : 0);
  },
};
