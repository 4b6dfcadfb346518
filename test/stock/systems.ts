import { createHash } from "node:crypto";

/** A stock system: one row of the matrix in docs/tested-on.md. */
export interface StockSystem {
  readonly name: string;
  readonly suite: string;
  /** As its users install it: the distribution's own kernel, Node and Python, and what the set-up would add. */
  readonly packages: readonly string[];
}

const debianPackages = [
  ...["linux-image-cloud-amd64", "initramfs-tools", "systemd", "systemd-sysv", "udev", "kmod", "dbus"],
  ...["libpam-systemd", "sudo", "cron", "openssh-server", "procps", "iproute2", "ca-certificates"],
  ...["git", "curl", "nodejs", "npm", "python3", "python3-pip"],
  ...["systemd-container", "mmdebstrap", "lxcfs", "nftables"],
];

/** Ubuntu is missing: no registry that this was made with has its packages. */
export const stockSystems: readonly StockSystem[] = [
  { name: "debian-12", suite: "bookworm", packages: debianPackages },
  { name: "debian-13", suite: "trixie", packages: debianPackages },
];

/** Name in the cache of what is installed for a system; another one when its packages change. */
export function baseName({ name, suite, packages }: StockSystem): string {
  const key = createHash("sha256")
    .update([suite, ...packages].join(" "))
    .digest("hex")
    .slice(0, 12);
  return `${name}-${key}`;
}

/** Of the names in the cache those that no row needs any more: 650 MB each, and a cut-off installation's. */
export function staleBases(
  names: readonly string[],
  systems: readonly StockSystem[] = stockSystems,
): readonly string[] {
  const current = new Set(systems.map(baseName));
  return names.filter((name) => !current.has(name));
}
