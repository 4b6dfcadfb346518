import { stripVTControlCharacters } from "node:util";
import { createSteps } from "./steps.ts";

function recorded(isTTY: boolean, columns: number, rows: number) {
  const chunks: string[] = [];
  return { isTTY, columns, rows, write: (chunk: unknown) => chunks.push(String(chunk)) > 0, chunks };
}

describe("createSteps", () => {
  it.each([
    { when: "there is no terminal", isTTY: false, columns: 80, rows: 24 },
    { when: "the terminal tells no size, as a serial console", isTTY: true, columns: 0, rows: 0 },
    { when: "the terminal tells its width alone", isTTY: true, columns: 80, rows: 0 },
  ])("writes a line an event when $when", async ({ isTTY, columns, rows }) => {
    const output = recorded(isTTY, columns, rows);

    await createSteps(output).run("pulumi up", async (say) => say("creating Vm seed-vm"));

    expect(output.chunks.join("")).toMatch(
      /^pulumi up\n {2}creating Vm seed-vm\npulumi up: done in \d+ s\n$/,
    );
  });

  it("draws the running step in one line of a terminal, never wider than it, and leaves how it ended", async () => {
    const output = recorded(true, 24, 24);

    const run = createSteps(output).run("pulumi up", async (say) => {
      say("creating Vm seed-vm");
      throw new Error("refused");
    });

    await expect(run).rejects.toThrow("refused");
    const shown = output.chunks.map(stripVTControlCharacters);
    expect(shown[1]).toMatch(/^\r… pulumi up {2}0 s {2}creat$/);
    expect(shown.at(-1)).toMatch(/^\r✖ pulumi up: failed after 0 s\n$/);
  });
});
