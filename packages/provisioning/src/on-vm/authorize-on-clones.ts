import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { ports } from "@autoscaler/contracts/ports.ts";
import { fieldOf } from "@autoscaler/service-kit/field-of.ts";
import { requestJson } from "@autoscaler/service-kit/http-json.ts";
import { credentialPath } from "../apply-document.ts";
import { START_ON_CLONE } from "../roles/authorized-keys.ts";

/**
 * Writes the list of who may log in onto every clone that there is. Run by `pulumi up` on the monitor VM, as
 * root, when the list has changed and the seed has it: what is cloned from then on has it from there. A clone
 * that does not answer is waited for until it does, or is gone.
 */
const options = parseArgs({
  options: {
    url: { type: "string", default: `http://127.0.0.1:${ports.scaler}` },
    "token-file": { type: "string", default: credentialPath("operator-token") },
    /** In memory: the key that opens all machines lies there while this runs. */
    "key-directory": { type: "string", default: "/run" },
    /** How long a clone may not answer, in seconds: longer than the scaler usually waits for one to come. */
    patience: { type: "string", default: "660" },
  },
}).values;

const SCALER_TIMEOUT_MS = 10_000;
const LOGIN_TIMEOUT_MS = 60_000;
const PAUSE_MS = 2_000;
const LOGINS_AT_A_TIME = 16;
const ON_CLONE = `sudo python3 /home/ops/autoscaler-apply.py && sudo sh -c '${START_ON_CLONE}'`;

interface Clone {
  readonly name: string;
  readonly phase: string;
  readonly privateIpv4: string | undefined;
}

/** @throws with what to do when the scaler does not say which clones there are. */
async function readClones(): Promise<ReadonlyMap<string, Clone>> {
  const ask = async (path: string): Promise<readonly unknown[]> => {
    const token = readFileSync(options["token-file"], "utf8");
    const { status, body } = await requestJson(`${options.url}${path}`, {
      token,
      timeoutMs: SCALER_TIMEOUT_MS,
    });
    if (status === 200 && Array.isArray(body)) return body;
    throw new Error(`${path}: status ${status}`);
  };
  try {
    const [pool] = await ask("/v1/pools");
    const servers = await ask(`/v1/pools/${String(fieldOf(pool, "pool"))}/servers`);
    const clones = servers.filter((server) => fieldOf(server, "role") === "clone").map(readClone);
    return new Map(clones.map((clone) => [clone.name, clone]));
  } catch (error) {
    throw new Error(
      `the scaler does not say which clones there are (${error instanceof Error ? error.message : error}): look at it (systemctl status scaler-webhook), then run pulumi up again`,
    );
  }
}

function readClone(server: unknown): Clone {
  const privateIpv4 = fieldOf(server, "privateIpv4");
  return {
    name: String(fieldOf(server, "name")),
    phase: String(fieldOf(server, "phase")),
    privateIpv4: typeof privateIpv4 === "string" ? privateIpv4 : undefined,
  };
}

/** Not yet there, or no more: it has the list from the seed, or needs none. */
function needsNothing(clone: Clone | undefined): boolean {
  return clone === undefined || clone.phase === "planned" || clone.phase === "gone";
}

/** Why it does not have the list yet; undefined when it has it. */
function writeList(ipv4: string, keyFile: string, document: string): Promise<string | undefined> {
  // A clone made its host key itself, so nobody can know it. What is sent are public keys.
  const settings = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "LogLevel=ERROR",
    "ConnectTimeout=10",
    "ServerAliveInterval=10",
  ];
  const args = ["-i", keyFile, ...settings.flatMap((setting) => ["-o", setting]), `ops@${ipv4}`, ON_CLONE];
  return new Promise((resolve) => {
    const child = execFile("ssh", args, { timeout: LOGIN_TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) return resolve(undefined);
      const said = `${stdout}${stderr}`.trim().split("\n").at(-1);
      resolve(said || (error.killed === true ? "it is silent" : error.message.split("\n")[0]));
    });
    child.stdin?.on("error", () => undefined); // ssh may end before it has read all
    child.stdin?.end(document);
  });
}

async function authorize(keyFile: string, document: string): Promise<void> {
  const patienceMs = 1000 * Number(options.patience);
  const missing = new Map<string, string>();
  for (const [name, clone] of await readClones()) {
    if (!needsNothing(clone)) missing.set(name, "not asked yet");
  }
  const count = missing.size;
  const endMs = performance.now() + patienceMs;
  while (missing.size > 0) {
    const clones = await readClones();
    const due = [...missing.keys()].slice(0, LOGINS_AT_A_TIME);
    const failures = await Promise.all(
      due.map(async (name) => {
        const clone = clones.get(name);
        missing.delete(name);
        if (needsNothing(clone)) return undefined;
        const ipv4 = clone?.privateIpv4;
        const why = ipv4 === undefined ? "it has no address yet" : await writeList(ipv4, keyFile, document);
        if (why !== undefined) missing.set(name, why); // at the end of the queue
        return why;
      }),
    );
    if (failures.every((why) => why === undefined)) continue;
    if (performance.now() > endMs) {
      const each = [...missing].map(([name, why]) => `${name} (${why})`).join(", ");
      throw new Error(
        `${missing.size} of ${count} clones do not have the list of SSH keys, so who was taken out of it may still log in there: ${each}. Delete these VMs, the scaler makes others, or run pulumi up again`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  process.stdout.write(`${count} clones have the list of SSH keys\n`);
}

const directory = mkdtempSync(join(options["key-directory"], "authorize-on-clones-"));
const forgetKey = () => rmSync(directory, { recursive: true, force: true });
process.on("exit", forgetKey);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

try {
  const { privateKey, document } = JSON.parse(await text(process.stdin)) as {
    readonly privateKey: string;
    readonly document: object;
  };
  const keyFile = join(directory, "key");
  writeFileSync(keyFile, privateKey, { mode: 0o600 });
  await authorize(keyFile, JSON.stringify(document));
} catch (error) {
  // The message of a parser repeats what it read, which holds a private key.
  const problem =
    error instanceof SyntaxError || !(error instanceof Error)
      ? "standard input is not of the expected shape"
      : error.message;
  process.stderr.write(`authorize-on-clones: ${problem}\n`);
  process.exitCode = 1;
}
