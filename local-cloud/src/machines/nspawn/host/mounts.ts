import { readFile } from "node:fs/promises";
import { run } from "./run-command.ts";

/** Mount points at or under a folder, the deepest first, from the text of `/proc/self/mountinfo`. */
export function mountPointsUnder(mountInfo: string, directory: string): readonly string[] {
  return mountInfo
    .split("\n")
    .map((line) => unescapePath(line.split(" ")[4] ?? ""))
    .filter((point) => point === directory || point.startsWith(`${directory}/`))
    .reverse();
}

/** Unmounts everything at or under a folder; what is still in use is detached. */
export async function unmountUnder(directory: string): Promise<void> {
  for (const point of mountPointsUnder(await readFile("/proc/self/mountinfo", "utf8"), directory)) {
    await run(["umount", point]).catch(() => run(["umount", "--lazy", point]));
  }
}

/** Removes a folder of ours; never reaches into something that is mounted there. */
export async function removeTree(directory: string): Promise<void> {
  await unmountUnder(directory);
  await run(["rm", "--recursive", "--force", "--one-file-system", "--", directory]);
}

/** mountinfo writes a space as \040, and so on. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
