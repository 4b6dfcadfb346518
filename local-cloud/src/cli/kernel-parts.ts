import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { run } from "../machines/nspawn/host/run-command.ts";

/** What is asked of the running kernel; another one in tests. */
export interface Kernel {
  isThere(part: KernelPart): Promise<boolean>;
  /** Rejects when the command fails. */
  run(command: readonly [string, ...string[]]): Promise<unknown>;
}

interface KernelPart {
  readonly name: "overlay" | "network" | "fuse";
  /** Commands that make the kernel load it, the first that works; whether they did is looked at afterwards. */
  readonly loadedBy: readonly (readonly [string, ...string[]])[];
  readonly missing: string;
}

/**
 * A stock kernel has these as modules and loads them at first use. The mount fails for want of folders, but
 * not before the kernel has loaded the file system; where there is no `modprobe`, as in a container, the
 * kernel of the host still does it.
 */
const parts: readonly KernelPart[] = [
  {
    name: "overlay",
    loadedBy: [
      ["modprobe", "overlay"],
      ["unshare", "--mount", "mount", "-t", "overlay", "probe", "/mnt"],
    ],
    missing:
      "the kernel has no overlay file system, and loading it failed: install the package with the modules of the running kernel (Debian: linux-image-$(uname -r)), or boot the kernel that is installed",
  },
  {
    name: "network",
    loadedBy: [["modprobe", "--all", "bridge", "veth", "nf_tables"]],
    missing:
      "the kernel has no bridges, veth pairs or nftables: install the modules of the running kernel (Debian: linux-image-$(uname -r)); under WSL, run wsl --update for a newer kernel",
  },
  {
    name: "fuse",
    loadedBy: [["modprobe", "fuse"]],
    missing:
      "/dev/fuse is missing, and modprobe fuse failed: install the modules of the running kernel (Debian: linux-image-$(uname -r)), or, in a container, pass /dev/fuse into it",
  },
];

const TRY_NETWORK =
  "ip link add probe0 type bridge && ip link add probe1 type veth peer name probe2 && nft add table inet probe";

/** How each part shows that it is there. Namespaces of their own keep the tries from touching anything. */
const proofs: Readonly<Record<KernelPart["name"], () => Promise<boolean>>> = {
  overlay: async () => /\boverlay$/m.test(await readFile("/proc/filesystems", "utf8")),
  network: () =>
    run(["unshare", "--net", "sh", "-c", TRY_NETWORK]).then(
      () => true,
      () => false,
    ),
  fuse: async () => existsSync("/dev/fuse"),
};

const hostKernel: Kernel = { isThere: ({ name }) => proofs[name](), run };

/** Loads what the machines need of the kernel; returns a sentence for each part that cannot be had. */
export async function loadKernelParts(kernel: Kernel = hostKernel): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const part of parts) if (!(await load(part, kernel))) problems.push(part.missing);
  return problems;
}

async function load(part: KernelPart, kernel: Kernel): Promise<boolean> {
  if (await kernel.isThere(part)) return true;
  for (const command of part.loadedBy) {
    await kernel.run(command).catch(() => undefined);
    if (await kernel.isThere(part)) return true;
  }
  return false;
}
