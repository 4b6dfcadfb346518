import { liveOneLife } from "./life.ts";

describe("a scaler killed between any two effects", () => {
  it("is finished or undone by the next one: no leak, no foreign machine deleted, the same everywhere", async () => {
    const { effects, problems } = await liveOneLife();
    expect(problems).toEqual([]);
    expect(effects.length).toBeGreaterThan(20);

    const failures: string[] = [];
    const outcomes: string[] = [];
    for (const [index, effect] of effects.entries()) {
      for (const when of ["before", "after"] as const) {
        const life = await liveOneLife({ crash: { at: index + 1, when } });
        failures.push(
          ...life.problems.map((problem) => `killed ${when} ${effect} (${index + 1}): ${problem}`),
        );
        outcomes.push(life.problems.length === 0 ? "ok" : "FAIL");
      }
    }

    const rows = effects.map(
      (effect, index) =>
        `${String(index + 1).padStart(3)} ${effect.padEnd(28)} before ${outcomes[2 * index]}, after ${outcomes[2 * index + 1]}`,
    );
    process.stdout.write(`\nkilled around each effect of a life:\n${rows.join("\n")}\n`);
    expect(failures).toEqual([]);
  }, 600_000);
});
