import { readFile } from "node:fs/promises";
import { type Command, run } from "./host/run-command.ts";

/**
 * Runs a command in a running machine, as root.
 *
 * @throws when none of `processes` is a machine's first one, or the command fails.
 */
export async function runInside(
  processes: readonly number[],
  command: Command,
  input: string,
): Promise<string> {
  for (const pid of processes) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    if (!isFirstProcess(status)) continue;
    const place = ["--mount", "--pid", "--net", "--uts", "--ipc", "--root", "--wd"];
    return run(["nsenter", "--target", String(pid), ...place, ...command], { input });
  }
  throw new Error("the machine does not run");
}

/** Whether a process, by its `/proc/PID/status`, is number 1 in a namespace of its own. */
export function isFirstProcess(status: string): boolean {
  const ids = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.trim().split(/\s+/) ?? [];
  return ids.length > 1 && ids.at(-1) === "1";
}
