import { mkdir, writeFile } from "node:fs/promises";
import type { LoadTestResult } from "../result.ts";
import { renderPage } from "./page.ts";

export interface ReportFiles {
  readonly page: string;
  readonly json: string;
}

/** Writes `index.html` and `result.json`, over older ones. @throws the file system's error. */
export async function writeReport(result: LoadTestResult, directory: string): Promise<ReportFiles> {
  const files = { page: `${directory}/index.html`, json: `${directory}/result.json` };
  await mkdir(directory, { recursive: true });
  await writeFile(files.json, `${JSON.stringify(result, undefined, 2)}\n`);
  await writeFile(files.page, renderPage(result));
  return files;
}
