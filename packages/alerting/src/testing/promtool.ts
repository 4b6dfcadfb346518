import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { isExecutable } from "@autoscaler/service-kit";

export interface ToolResult {
  readonly exitCode: number;
  readonly output: string;
}

/**
 * A program on PATH, or where `node tools/test-programs/main.ts` puts it.
 *
 * @throws with what to do when it is in neither place.
 */
export function findTool(name: string): string {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter),
    join(cache, "idcloudhost-autoscaler/bin"),
  ];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found === undefined) throw new Error(`${name} is not there: run \`node tools/test-programs/main.ts\``);
  return found;
}

/** Runs a tool in a folder with the given files. */
export async function runTool(
  name: string,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<ToolResult> {
  const directory = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
    return await new Promise<ToolResult>((resolve) => {
      execFile(findTool(name), [...args], { cwd: directory }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      });
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
