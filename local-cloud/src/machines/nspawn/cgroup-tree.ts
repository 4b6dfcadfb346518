import { readdir, readFile, rmdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** A group and all groups in it, the deepest first; empty when it is not there. */
export async function groupsUnder(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [];
  const children = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${directory}/${name}`);
  const below = await Promise.all(children.map(groupsUnder));
  return [...below.flat(), directory];
}

export async function processesUnder(directory: string): Promise<readonly number[]> {
  const groups = await groupsUnder(directory);
  const texts = await Promise.all(
    groups.map((group) => readFile(`${group}/cgroup.procs`, "utf8").catch(() => "")),
  );
  return texts.flatMap((text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map(Number),
  );
}

/** The kernel frees a group a moment after its last process ended, so it is tried again for 5 s. */
export async function removeGroups(directory: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const groups = await groupsUnder(directory);
    if (groups.length === 0) return;
    try {
      for (const group of groups) await rmdir(group);
      return;
    } catch (error) {
      if (attempt >= 100) throw error;
      await delay(50);
    }
  }
}
