import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { repositoryRoot } from "./places.mjs";
import { ask, run, SetupError, step } from "./steps.mjs";

const stampFile = join(repositoryRoot, "node_modules", ".bootstrap-stamp");
const node24 = join(repositoryRoot, "node_modules", ".bin", "node");

/** Installs the locked npm packages when they are not those of package-lock.json; Node 24 is one of them. */
export async function ensureNpmPackages() {
  const lockFile = join(repositoryRoot, "package-lock.json");
  const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (isInstalled(wanted)) return;
  await withLock(lockFile, async () => {
    if (!isInstalled(wanted)) await install(wanted);
  });
}

function isInstalled(wanted) {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted;
}

async function install(wanted) {
  await step("installing the npm packages of package-lock.json (about 600 MB on disk)", () =>
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      label: "npm ci",
      cwd: repositoryRoot,
    }),
  );
  const version = ask(node24, ["--version"]);
  if (!version?.startsWith("v24.")) {
    throw new SetupError(
      `the npm package "node" gave ${version ?? "no runnable binary"} instead of Node 24; this project runs on Linux x86-64 with glibc 2.28 or newer`,
    );
  }
  writeFileSync(stampFile, wanted);
}
