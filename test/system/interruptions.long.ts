import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readIdentity } from "@autoscaler/local-cloud/machines/nspawn/host/process-identity.ts";
import { describeInstance } from "@autoscaler/local-cloud/machines/nspawn/instance.ts";
import { repositoryRoot } from "../../tools/bootstrap/places.mjs";
import { leftovers } from "./leftovers.ts";

const NPM_START = ["npm", "start", "--", "--no-ramp"];
/** A terminal of its own around a command; it ends with the process that holds it. */
const IN_TERMINAL = ["python3", "-c", "import pty, sys; pty.spawn(sys.argv[1:])", ...NPM_START];
const IN_PIPE = ["sh", "-c", `${NPM_START.join(" ")} 2>&1 | tee /dev/stderr`];
const NEXT_PRESS_MS = 500;
const CLEAN_WITHIN_MS = 60_000;
const { stateDirectory } = describeInstance();

/** Sends a signal to a command and all it started in the foreground, as a terminal would. */
const toAll = (signal: NodeJS.Signals) => async (child: ChildProcess) => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // it has cleaned up and ended between two presses
  }
};
const kill = (pid: number | undefined) => {
  if (pid === undefined) throw new Error("there is no such process");
  process.kill(pid, "SIGKILL");
};
const killService = (name: string) => async () =>
  kill((await readIdentity(join(stateDirectory, `${name}.process`)))?.pid);

interface Kind {
  readonly kind: string;
  readonly command: readonly string[];
  readonly interrupt: (child: ChildProcess) => Promise<void>;
  /** Clean without a next start. */
  readonly atOnce: boolean;
}

/** The tenth kind, the end of the whole machine, needs one that can end: `npm run test:stock -- --power-cut`. */
const kinds: readonly Kind[] = [
  { kind: "Ctrl-C", command: NPM_START, interrupt: toAll("SIGINT"), atOnce: true },
  {
    kind: "Ctrl-C twice",
    command: NPM_START,
    async interrupt(child) {
      await toAll("SIGINT")(child);
      await delay(NEXT_PRESS_MS);
      await toAll("SIGINT")(child);
    },
    atOnce: true,
  },
  { kind: "Ctrl-C in a pipe", command: IN_PIPE, interrupt: toAll("SIGINT"), atOnce: true },
  {
    kind: "the end of the terminal (SIGHUP)",
    command: IN_TERMINAL,
    interrupt: async (child) => kill(child.pid),
    atOnce: true,
  },
  { kind: "SIGTERM", command: NPM_START, interrupt: toAll("SIGTERM"), atOnce: true },
  { kind: "kill -9 of npm", command: NPM_START, interrupt: async (child) => kill(child.pid), atOnce: true },
  {
    kind: "kill -9 of node",
    command: NPM_START,
    interrupt: async () => kill(pidOf("tools/start/main.ts")),
    atOnce: false,
  },
  { kind: "kill -9 of the API server", command: NPM_START, interrupt: killService("api"), atOnce: true },
  { kind: "kill -9 of lxcfs", command: NPM_START, interrupt: killService("lxcfs"), atOnce: true },
];

describe("npm start, ended by", () => {
  it.each(kinds)("$kind, leaves nothing (at once: $atOnce)", async ({ command, interrupt, atOnce }) => {
    const child = start(command);
    await machinesAreMade(child);
    const beginMs = performance.now();
    await interrupt(child.process);
    await Promise.race([child.ended, delay(CLEAN_WITHIN_MS)]);
    while (atOnce && found().length > 0 && performance.now() - beginMs < CLEAN_WITHIN_MS) await delay(500);

    const seconds = Math.round((performance.now() - beginMs) / 1000);
    process.stderr.write(`left after ${seconds} s: ${found().length} things\n`);
    if (atOnce) expect(found()).toEqual([]);

    for (const step of ["up", "down"]) {
      const next = start(["npm", "run", "local-cloud", "--", step]);
      expect({ step, code: await next.ended, output: next.output() }).toMatchObject({ step, code: 0 });
    }
    expect(found()).toEqual([]);
  });
});

/** What a run left, the run itself included. */
function found(): readonly string[] {
  return [...leftovers(), ...(pidOf("tools/start/main.ts") === undefined ? [] : ["npm start itself"])];
}

/** Processes, mounts, groups and a network are there, and Pulumi is at work. */
async function machinesAreMade({ process: child, output }: ReturnType<typeof start>): Promise<void> {
  const identityFiles = () =>
    readdirSync(join(stateDirectory, "machines"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .filter(({ name }) => existsSync(join(stateDirectory, "machines", name, "process")));
  while (!existsSync(join(stateDirectory, "machines")) || identityFiles().length < 2) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it ended before it made machines:\n${output()}`);
    await delay(100);
  }
}

function start(command: readonly string[]) {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    process: child,
    ended,
    output: () => text,
  };
}

/** A process whose command line holds a text. */
function pidOf(text: string): number | undefined {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .find((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return command.includes(text) && /^[^\0]*node\0/.test(command);
      } catch {
        return false; // it has ended meanwhile
      }
    });
}
