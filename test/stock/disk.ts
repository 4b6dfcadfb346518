import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "@autoscaler/local-cloud/machines/nspawn/host/exclusive-lock.ts";
import { removeTree } from "@autoscaler/local-cloud/machines/nspawn/host/mounts.ts";
import { run } from "@autoscaler/local-cloud/machines/nspawn/host/run-command.ts";
import { cacheDirectory, repositoryRoot } from "../../tools/bootstrap/places.mjs";
import { baseName, type StockSystem, staleBases } from "./systems.ts";

/** What a virtual machine is started from. */
export interface Disk {
  readonly image: string;
  readonly kernel: string;
  readonly initrd: string;
}

const USER_ID = 1000;
/** The caches that `npm start` fills from the network at its first run. */
const CACHES = ["image", "mirror", "pulumi"];
const SIZE = "8G";

const UNIT = `[Unit]
Description=The first command, as a new user types it
After=multi-user.target

[Service]
Type=oneshot
ExecStart=/root/stock/inside.sh
ExecStopPost=/usr/bin/systemctl --no-block poweroff
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0

[Install]
WantedBy=multi-user.target
`;

const FILES: Readonly<Record<string, string>> = {
  "etc/fstab": "/dev/vda / ext4 defaults 0 1\n",
  "etc/hostname": "stock\n",
  "etc/hosts": "127.0.0.1 localhost stock\n",
  "etc/sudoers.d/budi": "budi ALL=(ALL) NOPASSWD: ALL\n",
  "etc/systemd/system/stock.service": UNIT,
};

/**
 * Makes the disk of a stock system with this checkout's last commit, its npm packages and the caches on it.
 * Packages come from the distribution's archive, once; the rest is copied anew each time.
 */
export async function makeDisk(
  system: StockSystem,
  directory: string,
  say: (line: string) => void,
): Promise<Disk> {
  const root = join(directory, "root");
  const bases = join(cacheDirectory(), "stock");
  await withLock(
    `stock ${bases}`,
    () => say("waiting for another run that copies or installs a system"),
    async () => run(["cp", "--archive", await ensureBase(system, bases, say), root]),
  );
  say("copying the checkout and the caches");
  try {
    await addUser(root);
    await addProject(root);
    for (const [path, content] of Object.entries(FILES))
      await writeFile(join(root, path), content, { mode: path.includes("sudoers") ? 0o440 : 0o644 });
    await run(["chroot", root, "systemctl", "enable", "--quiet", "stock.service"]);
    // a login prompt would hang up on the console that the script writes to
    await run(["chroot", root, "systemctl", "mask", "--quiet", "serial-getty@ttyS0.service"]);
    const boot = await readdir(join(root, "boot"));
    const bootFile = async (prefix: string) => {
      const name = boot.find((each) => each.startsWith(prefix));
      if (name === undefined) throw new Error(`${system.name} has no /boot/${prefix}*`);
      await cp(join(root, "boot", name), join(directory, prefix));
      return join(directory, prefix);
    };
    const image = join(directory, "disk.img");
    await run(["mkfs.ext4", "-q", "-F", "-L", "stock", "-d", root, image, SIZE]);
    return { image, kernel: await bootFile("vmlinuz"), initrd: await bootFile("initrd") };
  } finally {
    await removeTree(root);
  }
}

/** Keeps one a system in the cache: what no row needs any more goes. */
async function ensureBase(system: StockSystem, bases: string, say: (line: string) => void): Promise<string> {
  await mkdir(bases, { recursive: true });
  for (const name of staleBases(await readdir(bases))) await removeTree(join(bases, name));
  const base = join(bases, baseName(system));
  if (existsSync(base)) return base;
  const { name, suite, packages } = system;
  say(`installing ${name} from its packages (once, 3 minutes, 650 MB on disk)`);
  const unfinished = `${base}.unfinished`;
  const without = ["doc", "man", "info", "locale"].map(
    (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
  );
  await run(
    ["mmdebstrap", "--variant=minbase", `--include=${packages.join(",")}`, ...without, suite, unfinished],
    {
      diesWithUs: true,
      onLine: (line) => line.startsWith("I: ") && say(line.slice(3)),
    },
  );
  await rename(unfinished, base);
  return base;
}

async function addUser(root: string): Promise<void> {
  await run([
    "chroot",
    root,
    "useradd",
    "--create-home",
    "--uid",
    String(USER_ID),
    "--shell",
    "/bin/bash",
    "budi",
  ]);
}

/** The clone belongs to the user, the caches to root, as after an earlier start with sudo. */
async function addProject(root: string): Promise<void> {
  const clone = join(root, "home/budi/autoscaler");
  await run(["git", "clone", "--quiet", "--no-hardlinks", repositoryRoot, clone]);
  await run(["cp", "--archive", join(repositoryRoot, "node_modules"), clone]);
  await run(["chown", "--recursive", "--no-dereference", `${USER_ID}:${USER_ID}`, clone]);
  const caches = join(root, "root/.cache/idcloudhost-autoscaler");
  await mkdir(caches, { recursive: true });
  for (const name of CACHES) await run(["cp", "--archive", join(cacheDirectory(), name), caches]);
  await mkdir(join(root, "root/stock"));
  await cp(join(repositoryRoot, "test/stock/inside.sh"), join(root, "root/stock/inside.sh"));
}
