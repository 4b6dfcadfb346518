import { spawn } from "node:child_process";
import { join } from "node:path";
import { inNamespace } from "@autoscaler/local-cloud/network/namespace.ts";
import { repositoryRoot, toolPath } from "../bootstrap/places.mjs";

/**
 * Runs one of our programs inside the cloud's network, with this process's terminal, and returns its exit
 * code. On abort it gets SIGINT and is waited for.
 */
export async function runInside(
  program: string,
  args: readonly string[],
  options: { readonly instance: string; readonly signal?: AbortSignal; readonly env?: NodeJS.ProcessEnv },
): Promise<number> {
  const [command = "", ...rest] = inNamespace(
    [process.execPath, join(repositoryRoot, program), ...args],
    options.instance,
  );
  const child = spawn(command, rest, {
    cwd: repositoryRoot,
    env: { ...process.env, ...options.env, PATH: toolPath() },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true, // a Ctrl-C reaches it once, from here
  });
  const interrupt = () => void child.kill("SIGINT");
  options.signal?.addEventListener("abort", interrupt);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 1));
    });
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
  }
}
