import { spawn, spawnSync } from "node:child_process";
import { checkoutUser } from "../bootstrap/ownership.mjs";

/**
 * Opens a page in the browser of whoever sits at the screen: of the user behind `sudo`, since a browser does
 * not run as root.
 *
 * @returns false when there is nothing to open it with; the caller has printed the address anyway.
 */
export function openPage(url: string, env: NodeJS.ProcessEnv = process.env): boolean {
  if (spawnSync("sh", ["-c", "command -v xdg-open"], { env, stdio: "ignore" }).status !== 0) return false;
  const user = checkoutUser(undefined, env);
  const session = user === undefined ? {} : { XDG_RUNTIME_DIR: `/run/user/${user.uid}`, DISPLAY: ":0" };
  const child = spawn("xdg-open", [url], {
    ...user,
    env: { ...session, ...env },
    stdio: "ignore",
    detached: true,
  });
  child.on("error", () => undefined);
  child.unref();
  return true;
}
