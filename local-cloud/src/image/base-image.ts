import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withLock } from "../machines/nspawn/host/exclusive-lock.ts";
import { removeTree } from "../machines/nspawn/host/mounts.ts";
import { run } from "../machines/nspawn/host/run-command.ts";
import { type ImageRecipe, imageRecipe, installCommand, recipeKey } from "./recipe.ts";

export type Report = (line: string) => void;

/**
 * Makes the machines' base image if it is not in the cache, and returns its root. Two that race wait for
 * each other; an unfinished one of a killed run is thrown away.
 *
 * @throws {CommandError} when packages cannot be had; the cache is then as before.
 */
export async function ensureBaseImage(
  cacheDirectory: string,
  report: Report,
  recipe: ImageRecipe = imageRecipe,
): Promise<string> {
  const target = imageDirectory(cacheDirectory, recipe);
  if (existsSync(target)) return target;
  const images = dirname(target);
  return withLock(
    `image ${images}`,
    () => report("waiting for another run that makes the base image"),
    async () => {
      if (existsSync(target)) return target;
      await mkdir(images, { recursive: true });
      await removeUnfinished(images);
      const unfinished = join(images, `unfinished-${process.pid}`);
      try {
        await make(recipe, unfinished, report);
        await rename(unfinished, target);
      } catch (error) {
        await removeTree(unfinished);
        throw error;
      }
      return target;
    },
  );
}

function imageDirectory(cacheDirectory: string, recipe: ImageRecipe): string {
  return join(cacheDirectory, "image", recipeKey(recipe));
}

async function removeUnfinished(images: string): Promise<void> {
  const names = (await readdir(images)).filter((name) => name.startsWith("unfinished-"));
  for (const name of names) await removeTree(join(images, name));
}

async function make(recipe: ImageRecipe, directory: string, report: Report): Promise<void> {
  await run(installCommand(recipe, directory), {
    diesWithUs: true,
    onLine: (line) => {
      if (line.startsWith("I: ")) report(line.slice(3));
    },
  });
  report("preparing it for a quick boot");
  for (const path of recipe.removed) await rm(join(directory, path), { recursive: true, force: true });
  for (const [path, content] of Object.entries(recipe.files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    await writeFile(file, content, { mode: 0o644 });
  }
  for (const [path, target] of Object.entries(recipe.links)) {
    const link = join(directory, path);
    await mkdir(dirname(link), { recursive: true });
    await rm(link, { force: true });
    await symlink(target, link);
  }
  await chmod(directory, 0o755);
}
