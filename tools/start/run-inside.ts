import { join } from "node:path";
import { inNamespace } from "@autoscaler/local-cloud/network/namespace.ts";
import { repositoryRoot, toolPath } from "../bootstrap/places.mjs";
import { startChild } from "./child.ts";

/**
 * Runs one of our programs inside the cloud's network, with this process's terminal, and returns its exit
 * code. On abort it gets SIGINT and is waited for.
 *
 * @throws the signal's reason when it was aborted before, and then starts nothing.
 */
export async function runInside(
  program: string,
  args: readonly string[],
  options: { readonly instance: string; readonly signal?: AbortSignal; readonly env?: NodeJS.ProcessEnv },
): Promise<number> {
  const { ended } = startChild(
    inNamespace([process.execPath, join(repositoryRoot, program), ...args], options.instance),
    {
      cwd: repositoryRoot,
      env: { ...process.env, ...options.env, PATH: toolPath() },
      stdio: ["ignore", "inherit", "inherit"],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  return (await ended) ?? 1;
}
