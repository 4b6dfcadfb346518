import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

export interface ChildOptions extends SpawnOptions {
  readonly signal?: AbortSignal;
  /** So long after the interruption it and all that it started are killed; undefined: it is waited for. */
  readonly killAfterMs?: number;
}

export interface Child {
  readonly process: ChildProcess;
  /** Its exit code; undefined when a signal ended it. Rejects when it cannot be started. */
  readonly ended: Promise<number | undefined>;
}

/**
 * The only way in which `npm start` starts a program: in a process group of its own, so that Ctrl-C reaches
 * it once, as one SIGINT from here.
 *
 * @throws the signal's reason, and starts nothing, when it was aborted before.
 */
export function startChild(command: readonly string[], options: ChildOptions): Child {
  const { signal, killAfterMs, ...rest } = options;
  signal?.throwIfAborted();
  const [program = "", ...args] = command;
  const child = spawn(program, args, { ...rest, detached: true });
  let killing: NodeJS.Timeout | undefined;
  const interrupt = () => {
    child.kill("SIGINT");
    if (killAfterMs !== undefined) killing = setTimeout(() => killGroup(child.pid), killAfterMs);
  };
  signal?.addEventListener("abort", interrupt);
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? undefined));
  }).finally(() => {
    signal?.removeEventListener("abort", interrupt);
    clearTimeout(killing);
  });
  return { process: child, ended };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended meanwhile
  }
}
