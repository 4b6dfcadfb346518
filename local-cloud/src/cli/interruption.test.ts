import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describeRemains } from "./interruption.ts";

/** A command that needs 1.5 s to clean up, and talks while it does. */
const program = `
  import { listenForInterruption } from ${JSON.stringify(join(__dirname, "interruption.ts"))};
  const remains = async () => ["3 machines"];
  const { signal } = listenForInterruption({ remains, cleanUp: "npm run clean" });
  const alive = setInterval(() => {}, 1000);
  signal.addEventListener("abort", () => {
    let left = 15;
    const cleaning = setInterval(() => {
      process.stdout.write("cleaning\\n");
      process.stderr.write("cleaning\\n");
      left -= 1;
      if (left > 0) return;
      clearInterval(cleaning);
      clearInterval(alive);
      process.exitCode = 42;
      setTimeout(() => process.exit(42), 10);
    }, 100);
  });
  console.log("ready");
`;
const CLEANED_UP = 42;
/** More than two signals of one key press lie apart. */
const NEXT_PRESS_MS = 600;

describe("listenForInterruption", () => {
  let child: ChildProcess;
  let output: string;

  async function start(command: readonly string[] = []): Promise<void> {
    output = "";
    const [file = "", ...args] = [...command, process.execPath, "--input-type=module", "-e", program];
    child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, npm_lifecycle_event: "start" },
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    while (!output.includes("ready")) await delay(20);
  }
  const exitCode = async () => (await once(child, "exit"))[0] as number | null;
  afterEach(() => child.kill("SIGKILL"));

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("cleans up on %s", async (signal) => {
    await start();
    child.kill(signal);

    expect(await exitCode()).toBe(CLEANED_UP);
    expect(output).toContain("taking everything down");
  });

  it("cleans up when the reader of its output is gone", async () => {
    await start();
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.kill("SIGINT");

    expect(await exitCode()).toBe(CLEANED_UP);
  });

  it.each(["SIGHUP", "SIGTERM"] as const)("goes on cleaning up when %s comes again", async (signal) => {
    await start();
    for (let times = 0; times < 3; times += 1) {
      child.kill(signal);
      await delay(100);
    }

    expect(await exitCode()).toBe(CLEANED_UP);
  });

  it("takes a signal that npm hands on for the same key press", async () => {
    await start();
    child.kill("SIGINT");
    await delay(50);
    child.kill("SIGINT");

    expect(await exitCode()).toBe(CLEANED_UP);
    expect(output).not.toContain("still taking");
  });

  it("says at a second Ctrl-C what leaving would leave, and leaves at a third", async () => {
    await start();
    child.kill("SIGINT");
    await delay(NEXT_PRESS_MS);
    child.kill("SIGINT");
    while (!output.includes("leaving now leaves 3 machines")) await delay(20);
    await delay(NEXT_PRESS_MS);
    child.kill("SIGINT");

    expect(await exitCode()).toBe(130);
    expect(output).toContain("this removes the rest: npm run clean");
  });

  it("cleans up when the npm that started it was killed", async () => {
    const asNpm = `const { spawn } = require("child_process");
      spawn("sh", ["-c", '"$@"; true', "sh", ...process.argv.slice(1)], { stdio: "inherit" });
      setInterval(() => {}, 1000);`;
    await start([process.execPath, "-e", asNpm]);
    const closed = once(child, "close"); // when the last that has its output is gone

    child.kill("SIGKILL");
    await closed;

    expect(output).toContain("taking everything down");
    expect(output.match(/cleaning/g)).toHaveLength(30);
  });
});

describe("describeRemains", () => {
  it("names machines, processes and the network", () => {
    expect(
      describeRemains({
        state: "up",
        machines: [
          { id: "1", hostName: "a", running: true, processCount: 9 },
          { id: "2", hostName: "b", running: false, processCount: 0 },
        ],
        services: [
          { name: "api", pid: 5, running: true },
          { name: "mirror", running: false },
        ],
      }),
    ).toEqual(["2 machines (1 running)", "the processes api", "the network"]);
  });

  it("names nothing when there is nothing", () => {
    expect(describeRemains({ state: "down", machines: [], services: [] })).toEqual([]);
  });
});
