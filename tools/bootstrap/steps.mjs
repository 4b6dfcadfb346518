import { spawn, spawnSync } from "node:child_process";

/** A failure that the user can mend: one sentence, no stack. */
export class SetupError extends Error {}

const HEARTBEAT_MS = 30_000;

/** Runs a command quietly; its output is shown only when it fails. Long ones say every 30 s that they live. */
export function run(command, args, { label, cwd, env = process.env, uid, gid }) {
  return new Promise((resolve, reject) => {
    const startedMs = Date.now();
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      ...(uid === undefined ? {} : { uid, gid }),
    });
    const tail = [];
    const keep = (chunk) => {
      tail.push(chunk.toString());
      if (tail.length > 200) tail.shift();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const heartbeat = setInterval(() => say(`  ... ${label}: ${seconds(startedMs)}`), HEARTBEAT_MS);
    const end = () => clearInterval(heartbeat);
    child.on("error", (error) => {
      end();
      reject(new SetupError(`${label}: cannot run ${command}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      end();
      if (code === 0) return resolve(undefined);
      const lines = tail.join("").trimEnd().split("\n").slice(-20).join("\n");
      return reject(new SetupError(`${label} failed (${signal ?? `exit ${code}`}):\n${lines}`));
    });
  });
}

/** Output of a short command, or undefined when it is not there or fails. */
export function ask(command, args, env = process.env) {
  const result = spawnSync(command, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Shows a step with the time it took. */
export async function step(label, work) {
  const startedMs = Date.now();
  say(`- ${label}`);
  await work();
  say(`  done in ${seconds(startedMs)}`);
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

function seconds(startedMs) {
  return `${Math.round((Date.now() - startedMs) / 1000)} s`;
}
