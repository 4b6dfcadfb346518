import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { say } from "./steps.mjs";

/**
 * Runs `work` while no other process of this machine does; a lock whose holder is dead is taken over.
 * The file names pid and start time, since pids are used again.
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!take(path)) {
    if (!told) say(`- waiting for another set-up on this machine (${path})`);
    told = true;
    await delay(500);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  const mine = `${process.pid} ${startTime(process.pid)}`;
  try {
    writeFileSync(path, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  if (isAlive(path)) return false;
  rmSync(path, { force: true });
  return take(path);
}

function isAlive(path) {
  let content;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    return false;
  }
  const [pid, started] = content.split(" ");
  return started !== undefined && startTime(Number(pid)) === started;
}

/** Field 22 of /proc/PID/stat: clock ticks since boot; undefined when there is no such process. */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
