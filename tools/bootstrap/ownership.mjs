import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { repositoryRoot } from "./places.mjs";
import { ask } from "./steps.mjs";

/**
 * The user behind `sudo`, when the checkout is theirs: what root writes into it has to be theirs, too, or
 * their own `npm ci` fails afterwards.
 *
 * @returns undefined without sudo, and when the checkout belongs to somebody else.
 */
export function checkoutUser(directory = repositoryRoot, env = process.env) {
  const uid = Number(env["SUDO_UID"]);
  const gid = Number(env["SUDO_GID"]);
  if (process.getuid?.() !== 0 || !(uid > 0) || !(gid >= 0)) return undefined;
  return statSync(directory).uid === uid ? { uid, gid } : undefined;
}

export function homeOf(uid) {
  return ask("getent", ["passwd", String(uid)])?.split(":")[5] || "/";
}

/** Gives what root has made in the checkout to the user behind `sudo`. */
export function giveBack(directory = repositoryRoot, env = process.env) {
  const user = checkoutUser(directory, env);
  if (user === undefined) return;
  const rootsFiles = ["-xdev", "-path", `${directory}/.git`, "-prune", "-o", "-uid", "0"];
  const owner = `${user.uid}:${user.gid}`;
  spawnSync("find", [directory, ...rootsFiles, "-exec", "chown", "--no-dereference", owner, "{}", "+"], {
    stdio: "ignore",
  });
}
