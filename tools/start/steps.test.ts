import { createSteps } from "./steps.ts";

describe("createSteps", () => {
  it.each([
    { when: "there is no terminal", isTTY: false, columns: 80, rows: 24 },
    { when: "the terminal tells no size, as a serial console", isTTY: true, columns: 0, rows: 0 },
    { when: "the terminal tells its width alone", isTTY: true, columns: 80, rows: 0 },
  ])("writes a line an event when $when", async ({ isTTY, columns, rows }) => {
    let text = "";
    const write = (chunk: unknown) => {
      text += String(chunk);
      return true;
    };
    const steps = createSteps({ isTTY, columns, rows, write });

    await steps.run("pulumi up", async (say) => say("creating Vm seed-vm"));

    expect(text).toMatch(/^pulumi up\n {2}creating Vm seed-vm\npulumi up: done in \d+ s\n$/);
  });
});
