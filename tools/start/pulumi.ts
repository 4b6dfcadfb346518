import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startChild } from "./child.ts";
import { followEvents, type ResourceEvent } from "./pulumi-events.ts";
import type { PulumiProject } from "./pulumi-project.ts";

export interface PulumiCommand {
  readonly project: PulumiProject;
  /** Puts a command into the local cloud's network namespace. */
  readonly inNamespace: (command: readonly string[]) => readonly string[];
  /** Where the whole output of every call is kept. */
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** For calls that print secrets. */
export const SECRET = { keepOutput: false };

/** Pulumi said no; the message ends with its own words. */
export class PulumiError extends Error {
  override readonly name = "PulumiError";
  readonly code = "PULUMI_FAILED";
}

const SHOWN_LINES = 25;
const KILL_AFTER_MS = 10_000;

/**
 * Runs `pulumi <args>` to its end and returns its standard output.
 *
 * On abort Pulumi gets one SIGINT (a second would kill it), with which it ends what is under way. Some of
 * that takes minutes, and the cloud is thrown away next, state and all: after 10 s it is killed.
 * @throws the signal's reason when it was aborted before, and then starts nothing.
 * @throws {PulumiError} with the last lines of its output when it exits with anything but 0.
 */
export async function runPulumi(
  { project, inNamespace, logFile, signal }: PulumiCommand,
  args: readonly string[],
  onEvent?: (event: ResourceEvent) => void,
  { keepOutput } = { keepOutput: true },
): Promise<string> {
  const events = join(project.directory, "events.log");
  await rm(events, { force: true });
  const { process: child, ended } = startChild(
    inNamespace(["pulumi", ...args, ...(onEvent === undefined ? [] : ["--event-log", events])]),
    {
      cwd: project.directory,
      env: project.env,
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killAfterMs: KILL_AFTER_MS,
    },
  );
  const log = createWriteStream(logFile, { flags: "a", mode: 0o600 });
  const output = { stdout: "", all: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
    if (!keepOutput) return;
    output.all += chunk.toString();
    log.write(chunk);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    output.all += chunk.toString();
    log.write(chunk);
  });
  try {
    if (onEvent !== undefined) await followEvents(events, ended, onEvent);
    const code = await ended;
    signal.throwIfAborted();
    if (code !== 0)
      throw new PulumiError(
        `pulumi ${args[0]} failed:\n${lastLines(output.all)}\n(the whole output is in ${logFile})`,
      );
    return output.stdout;
  } finally {
    log.end();
  }
}

function lastLines(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-SHOWN_LINES)
    .join("\n");
}
