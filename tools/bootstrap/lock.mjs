import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { SetupError, say } from "./steps.mjs";

const TELL_AFTER_MS = 300;

/**
 * Runs `work` while no other process of this machine does. The kernel holds the lock (util-linux `flock`)
 * for a child that lives as long as this process keeps its standard input open, so a killed holder frees it.
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  const holder = spawn("flock", [path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const tell = setTimeout(() => say("- waiting for another set-up on this machine"), TELL_AFTER_MS);
  try {
    await new Promise((resolve, reject) => {
      holder.stdout.once("data", resolve);
      holder.once("error", (error) => reject(new SetupError(`cannot lock ${path}: ${error.message}`)));
      holder.once("exit", (code) => reject(new SetupError(`cannot lock ${path}: flock ended with ${code}`)));
    });
    clearTimeout(tell);
    return await work();
  } finally {
    clearTimeout(tell);
    holder.stdin.end();
  }
}
