import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child.ts";
import { runPulumi } from "./pulumi.ts";
import { runInside } from "./run-inside.ts";

const node = (program: string) => [process.execPath, "-e", program];

describe("a child of npm start", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "child-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const aborted = AbortSignal.abort(new Error("interrupted"));
  const touch = () => node(`require("fs").writeFileSync(${JSON.stringify(join(directory, "ran"))}, "")`);

  it.each([
    { when: "any program", start: async () => startChild(touch(), { signal: aborted }) },
    {
      when: "pulumi",
      start: () =>
        runPulumi(
          {
            project: { directory, env: process.env, plugins: "stand-ins" },
            inNamespace: () => touch() as [string, ...string[]],
            logFile: join(directory, "log"),
            signal: aborted,
          },
          ["up"],
        ),
    },
    {
      when: "a program inside the network",
      start: () => runInside("tools/audit/main.ts", [], { instance: "idch-none", signal: aborted }),
    },
  ])("is not started after an interruption: $when", async ({ start }) => {
    await expect(start()).rejects.toThrow("interrupted");

    expect(existsSync(join(directory, "ran"))).toBe(false);
  });

  it("gets one SIGINT, and its own exit code is told", async () => {
    const interruption = new AbortController();
    const { process: child, ended } = startChild(
      node('process.on("SIGINT", () => process.exit(7)); setInterval(() => {}, 1000); console.log("ready")'),
      { signal: interruption.signal, stdio: ["ignore", "pipe", "inherit"] },
    );
    await new Promise((resolve) => child.stdout?.once("data", resolve));

    interruption.abort();

    await expect(ended).resolves.toBe(7);
  });

  it("is killed when it does not end", async () => {
    const interruption = new AbortController();
    const { process: child, ended } = startChild(
      node('process.on("SIGINT", () => {}); setInterval(() => {}, 1000); console.log("ready")'),
      { signal: interruption.signal, killAfterMs: 50, stdio: ["ignore", "pipe", "inherit"] },
    );
    await new Promise((resolve) => child.stdout?.once("data", resolve));

    interruption.abort();

    await expect(ended).resolves.toBeUndefined();
  });
});
