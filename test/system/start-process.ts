import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/bootstrap/places.mjs";

/** One `npm start`, as a user without a terminal runs it; its output is kept in `logFile`. */
export interface StartProcess {
  readonly logFile: string;
  /** Resolves when the output holds `text`; rejects when the process ends before. */
  waitFor(text: string): Promise<void>;
  /** Sends a signal to `npm start` and all it started in the foreground, as a terminal would. */
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly code: number | undefined; readonly output: string }>;
}

export async function npmStart(args: readonly string[] = []): Promise<StartProcess> {
  const logFile = join(
    await mkdtemp(join(process.env["AUTOSCALER_TEST_RESULTS"] ?? tmpdir(), "start-")),
    "output.log",
  );
  const child = spawn("npm", ["start", "--", ...args], {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = collect(child, logFile);
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? undefined));
  });

  return {
    logFile,
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.text.includes(text) && resolve();
        look();
        output.onChange.push(look);
        void ended.then((code) =>
          reject(new Error(`npm start ended (${code}) without saying "${text}":\n${output.text}`)),
        );
      }),
    signal: (signal) => {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    },
    ended: ended.then((code) => ({ code, output: output.text })),
  };
}

function collect(child: ChildProcess, logFile: string) {
  const log = createWriteStream(logFile);
  const output = { text: "", onChange: [] as (() => void)[] };
  const keep = (chunk: Buffer) => {
    log.write(chunk);
    output.text += chunk.toString();
    for (const look of output.onChange) look();
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.once("close", () => log.end());
  return output;
}
