import { spawn } from "node:child_process";

export type Command = readonly [string, ...string[]];

/** A tool ended badly; the message has its last lines of standard error. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code = "COMMAND_FAILED";
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(command: Command, exitCode: number | undefined, stderr: string) {
    const tail = stderr.trim().split("\n").slice(-3).join(" / ");
    super(`${command[0]} failed (${exitCode ?? "not started"})${tail === "" ? "" : `: ${tail}`}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface RunOptions {
  readonly input?: string;
  readonly directory?: string;
  /** Each line of standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** Kills the tool and all it started as soon as this process is gone, even by SIGKILL. */
  readonly diesWithUs?: boolean;
}

const SHORT_LEASH = ["setpriv", "--pdeathsig", "KILL"] as const;

/**
 * Its own process and mount namespaces: the kernel ends everything in them with their first process, and
 * no mount that the tool makes is ever seen outside. Only root may make them; for others only the tool
 * itself ends with us.
 */
const LEASH =
  process.getuid?.() === 0
    ? [...SHORT_LEASH, "unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"]
    : SHORT_LEASH;

/**
 * Runs a tool to its end and returns what it printed.
 *
 * @throws {CommandError} when it cannot be started or ends with another code than 0.
 */
export async function run(command: Command, options: RunOptions = {}): Promise<string> {
  const [program, ...parameters] = options.diesWithUs === true ? [...LEASH, ...command] : command;
  const child = spawn(program ?? command[0], parameters, {
    cwd: options.directory ?? "/",
    env: { ...process.env, PATH: systemPath(), LC_ALL: "C.UTF-8" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let unfinished = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-65_536);
    const lines = (unfinished + text).split(/[\r\n]+/);
    unfinished = lines.pop() ?? "";
    for (const line of lines.filter((each) => each !== "")) options.onLine?.(line);
  });
  child.stdin.on("error", () => undefined); // a tool may end before it has read its input
  child.stdin.end(options.input ?? "");
  const exitCode = await new Promise<number | undefined>((resolve) => {
    child.once("error", (error) => {
      stderr += error.message;
      resolve(undefined);
    });
    child.once("close", (code) => resolve(code ?? undefined));
  });
  if (exitCode !== 0) throw new CommandError(command, exitCode, stderr);
  return stdout;
}

/** PATH with the administrators' folders, which a user's shell may lack. */
export function systemPath(): string {
  return `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
}
