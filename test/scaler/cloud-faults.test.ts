import { faultKinds } from "@autoscaler/local-cloud/faults/kinds.ts";
import { type FaultOrder, liveOneLife, type PhaseOfLife, phasesOfLife } from "./life.ts";

interface Cell {
  readonly operation: string;
  readonly phase: PhaseOfLife;
  readonly fault: string;
  readonly order: FaultOrder;
  readonly background: readonly object[];
}

/** Ways a life may go, so that calls are made that a plain life does not need. The first is the plain one. */
const backgrounds: readonly (readonly object[])[] = [
  [],
  [{ kind: "lost-after", operation: "cloneVm", count: 1 }],
  [{ kind: "vm-dies", afterMs: 0, count: 1 }],
];
const FAULT_MS = 40_000;
const numbers: Readonly<Record<string, object>> = {
  slow: { delayMs: 12_000 },
  "late-ip": { lagMs: 30_000 },
};
/** A machine that dies in each phase of its life; counted from its start. */
const deaths = { booting: 0, probing: 6_000, serving: 15_000, draining: 45_000 };

const outcomes = new Map<string, string>();

describe("every call of the cloud x every fault x every phase of a server's life", () => {
  afterAll(() => process.stdout.write(`\n${printMatrix()}\n`));

  it("ends with no leak, no foreign machine deleted, and the same servers everywhere", async () => {
    const cells = await generateCells();
    expect(cells.length).toBeGreaterThan(120);

    const failures: string[] = [];
    for (const { operation, phase, fault, order, background } of cells) {
      const { struckCount, problems } = await liveOneLife({ background, fault: { phase, order } });
      const found = struckCount === 0 ? ["the fault never struck", ...problems] : problems;
      outcomes.set(keyOf(operation, phase, fault), found.length === 0 ? "ok" : "FAIL");
      failures.push(...found.map((problem) => `${operation}, ${fault}, while ${phase}: ${problem}`));
    }

    expect(failures).toEqual([]);
  }, 600_000);

  it.each(Object.entries(deaths))("a machine dies while %s", async (_phase, afterMs) => {
    const { problems } = await liveOneLife({ background: [{ kind: "vm-dies", afterMs, count: 1 }] });
    expect(problems).toEqual([]);
  });

  it("a machine never boots", async () => {
    const { problems } = await liveOneLife({ background: [{ kind: "never-boots", count: 1 }] });
    expect(problems).toEqual([]);
  });
});

/** Each call in each phase in which some life makes it, with each fault that can strike it. */
async function generateCells(): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  const known = new Set<string>();
  for (const background of backgrounds) {
    const { calls, problems } = await liveOneLife({ background });
    expect(problems).toEqual([]);
    for (const phase of phasesOfLife) {
      for (const operation of calls.get(phase) ?? []) {
        if (known.has(`${operation} ${phase}`)) continue;
        known.add(`${operation} ${phase}`);
        for (const { kind, at, operations } of faultKinds) {
          const strikes = at === "call" && (operations === undefined || operations.includes(operation));
          if (!strikes) continue;
          const order = { kind, operation, forMs: FAULT_MS, ...numbers[kind] };
          cells.push({ operation, phase, fault: kind, order, background });
        }
      }
    }
  }
  return cells;
}

function keyOf(operation: string, phase: string, fault: string): string {
  return `${operation} ${phase} ${fault}`;
}

/** One line a call and phase, one column a fault; a dot where that call is not made in that phase. */
function printMatrix(): string {
  const kinds = faultKinds.filter(({ at }) => at === "call").map(({ kind }) => kind);
  const operations = [...new Set([...outcomes.keys()].map((key) => key.split(" ")[0] ?? ""))].sort();
  const rows = operations
    .flatMap((operation) =>
      phasesOfLife.map((phase) => [
        `${operation} while ${phase}`,
        ...kinds.map((kind) => outcomes.get(keyOf(operation, phase, kind)) ?? "."),
      ]),
    )
    .filter(([, ...cells]) => cells.some((cell) => cell !== "."));
  const table = [["", ...kinds], ...rows];
  const widths = table.reduce<readonly number[]>(
    (widest, row) => row.map((text, column) => Math.max(text.length, widest[column] ?? 0)),
    [],
  );
  return table
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
