import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, type ProcessIdentity, RECORD_SELF, readIdentity } from "./process-identity.ts";
import { type Command, CommandError, systemPath } from "./run-command.ts";

export interface DetachedOptions {
  readonly command: Command;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  readonly identityFile: string;
  /** `cgroup.procs` files that the process enters before it becomes the command. */
  readonly cgroupFiles: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const START = `${RECORD_SELF}; shift; while [ "$1" != -- ]; do echo $$ >"$1" || exit 1; shift; done; shift; exec "$@"`;

/**
 * Starts a process that outlives this one. The identity file is written by the process itself, before it
 * does anything else, so there is never one that runs without a record.
 *
 * @throws {CommandError} when it cannot be started at all.
 */
export async function startDetached(options: DetachedOptions): Promise<ProcessIdentity> {
  await rm(options.identityFile, { force: true });
  const log = openSync(options.logFile, "a", 0o600);
  const child = spawn(
    "sh",
    ["-c", START, "start", options.identityFile, ...options.cgroupFiles, "--", ...options.command],
    {
      cwd: "/",
      detached: true,
      env: { ...process.env, PATH: systemPath(), ...options.environment },
      stdio: ["ignore", log, log],
    },
  );
  closeSync(log);
  child.unref();
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code) => {
    failure ??= `ended with ${code ?? "a signal"}, see ${options.logFile}`;
  });
  for (;;) {
    const identity = await readIdentity(options.identityFile);
    if (identity !== undefined && isAlive(identity)) return identity;
    if (failure !== undefined) throw new CommandError(options.command, undefined, failure);
    await delay(5);
  }
}
