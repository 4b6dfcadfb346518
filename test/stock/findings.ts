/** What the script in the stock system found. */
export interface Findings {
  readonly facts: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
  /** It came to its end. */
  readonly complete: boolean;
}

export interface Check {
  readonly name: string;
  readonly isGood: boolean;
  readonly seen: string;
}

/** Reads the lines `STOCK ...` of a console; all others are of no interest. */
export function readFindings(console: string): Findings {
  const lines = console
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith("STOCK "))
    .map((line) => line.slice("STOCK ".length));
  const facts: Record<string, string> = {};
  const checks: Check[] = [];
  for (const line of lines) {
    const [, name, value] = /^fact (\S+) (.*)$/.exec(line) ?? [];
    const [, check, result, seen] = /^(.+?) (ok|FAILED)(?: (.*))?$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) facts[name] = value;
    else if (check !== undefined) checks.push({ name: check, isGood: result === "ok", seen: seen ?? "" });
  }
  return { facts, checks, complete: lines.includes("done") };
}

export function isGood({ checks, complete }: Findings): boolean {
  return complete && checks.length > 0 && checks.every((check) => check.isGood);
}

/** One line a fact and a check, for people. */
export function describe({ facts, checks }: Findings): string {
  return [
    ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
    ...checks.map(({ name, isGood: good, seen }) => `${good ? "ok    " : "FAILED"} ${name}: ${seen}`),
  ]
    .map((line) => `  ${line}\n`)
    .join("");
}
