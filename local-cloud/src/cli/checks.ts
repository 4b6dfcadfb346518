import { mkdir, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { run } from "../machines/nspawn/host/run-command.ts";
import type { Instance } from "../machines/nspawn/instance.ts";
import type { Forward } from "./forwarding.ts";
import { loadKernelParts } from "./kernel-parts.ts";

/** A sentence for the user: what is wrong and what to do. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
  readonly code = "LOCAL_CLOUD_CANNOT_RUN";
}

const TOOLS = [
  { program: "systemd-nspawn", debianPackage: "systemd-container" },
  { program: "mmdebstrap", debianPackage: "mmdebstrap" },
  { program: "lxcfs", debianPackage: "lxcfs" },
  { program: "nft", debianPackage: "nftables" },
  { program: "ip", debianPackage: "iproute2" },
  { program: "nsenter", debianPackage: "util-linux" },
] as const;

/** The base image, packed programs, and the disks of about eight machines. */
const FREE_SPACE_GIB = 4;
const OVERLAY_FILE_SYSTEM = 0x794c7630;

/** What this machine lacks to run a local cloud; nothing is changed but modules loaded and empty folders made. */
export async function checkHost(instance: Instance): Promise<readonly string[]> {
  if (process.platform !== "linux") {
    return ["the local cloud runs on Linux only: use a Linux machine or a virtual one"];
  }
  if (process.getuid?.() !== 0) {
    return ["the local cloud makes network namespaces and machines, so it needs root: run it with sudo"];
  }
  const problems = [...(await missingTools()), ...(await loadKernelParts())];
  for (const directory of [instance.stateDirectory, instance.cacheDirectory]) {
    problems.push(...(await spaceProblems(directory)));
  }
  const disk = await statfs(instance.stateDirectory).catch(() => undefined);
  if (disk?.type === OVERLAY_FILE_SYSTEM) {
    problems.push(
      `${instance.stateDirectory} is on an overlay file system, which cannot hold disks of machines: set XDG_STATE_HOME to a folder on a real disk`,
    );
  }
  return problems;
}

async function missingTools(): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { program, debianPackage } of TOOLS) {
    const found = await run(["sh", "-c", 'command -v "$1"', "which", program]).catch(() => "");
    if (found === "") missing.push(debianPackage);
  }
  if (missing.length === 0) return [];
  return [`the Debian packages ${missing.join(", ")} are missing: apt-get install ${missing.join(" ")}`];
}

async function spaceProblems(directory: string): Promise<readonly string[]> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(directory);
    const freeGib = (bavail * bsize) / 1024 ** 3;
    if (freeGib >= FREE_SPACE_GIB) return [];
    return [
      `${directory} has ${freeGib.toFixed(1)} GiB free, ${FREE_SPACE_GIB} GiB are needed: free some space there`,
    ];
  } catch (error) {
    return [`${directory} cannot be used: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Ports of 127.0.0.1 that something else listens on. */
export async function checkPorts(forwards: readonly Forward[]): Promise<readonly string[]> {
  const checks = forwards
    .filter(({ hostPort }) => hostPort !== 0)
    .map(async ({ hostPort }) => ((await isFree(hostPort)) ? [] : [hostPort]));
  const taken = (await Promise.all(checks)).flat();
  return taken.map((port) => `port ${port} of 127.0.0.1 is taken: stop what uses it, or choose another port`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
