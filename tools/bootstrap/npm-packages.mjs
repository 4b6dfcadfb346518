import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { checkoutUser, giveBack, homeOf } from "./ownership.mjs";
import { repositoryRoot } from "./places.mjs";
import { ask, run, SetupError, step } from "./steps.mjs";

const node24 = join(repositoryRoot, "node_modules", ".bin", "node");

/**
 * Installs the locked npm packages when they are not there; Node 24 is one of them.
 *
 * @param withTools also what only contributors and tests need: linters, compilers, the test runner
 */
export async function ensureNpmPackages({ withTools }) {
  const lockFile = join(repositoryRoot, "package-lock.json");
  const isThere = () =>
    isInstalled(
      readFileSync(lockFile, "utf8"),
      readOr(join(repositoryRoot, "node_modules", ".package-lock.json"), "{}"),
      { withTools },
    );
  if (isThere()) return;
  await withLock(lockFile, async () => {
    if (!isThere()) await install(withTools);
  });
}

/**
 * Whether `node_modules` holds every package of the lock file in its version, and a link to each room of
 * ours, by npm's own record there, whoever ran npm. A package for other systems may be missing.
 */
export function isInstalled(lockText, recordText, { withTools }) {
  const { packages: wanted } = JSON.parse(lockText);
  const { packages: present = {} } = JSON.parse(recordText);
  return Object.entries(wanted).every(([path, { version, link, resolved, dev, optional, devOptional }]) => {
    if (!path.includes("node_modules/") || (dev && !withTools)) return true;
    if (present[path] === undefined) return Boolean(optional || devOptional);
    return link ? present[path].resolved === resolved : present[path].version === version;
  });
}

async function install(withTools) {
  giveBack(); // an earlier run as root may have left packages that the user could not replace
  const user = checkoutUser();
  const [size, omit] = withTools ? ["600 MB", []] : ["400 MB", ["--omit=dev"]];
  await step(
    `installing the npm packages of package-lock.json (about ${size} on disk, 30 s to a few minutes)`,
    () =>
      run("npm", ["ci", ...omit, "--no-audit", "--no-fund", "--loglevel=error"], {
        label: "npm ci",
        cwd: repositoryRoot,
        ...(user === undefined ? {} : { ...user, env: { ...process.env, HOME: homeOf(user.uid) } }),
      }),
  );
  const version = ask(node24, ["--version"]);
  if (!version?.startsWith("v24.")) {
    throw new SetupError(
      `the npm package "node" gave ${version ?? "no runnable binary"} instead of Node 24; this project runs on Linux with glibc 2.28 or newer, and install scripts must be allowed (npm config get ignore-scripts)`,
    );
  }
}

function readOr(file, fallback) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return fallback;
  }
}
