import { createHash } from "node:crypto";

/** All that decides what the machines' base image holds. Its hash is the image's name in the cache. */
export interface ImageRecipe {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Not unpacked at all. */
  readonly excludedPaths: readonly string[];
  /** Path in the image -> content. */
  readonly files: Readonly<Record<string, string>>;
  /** Path in the image -> target of a symbolic link. */
  readonly links: Readonly<Record<string, string>>;
  /** Removed after installation, so that every machine makes its own. */
  readonly removed: readonly string[];
}

/** Of no use in a container, or waiting for something that never comes. */
const MASKED_UNITS = [
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "fstrim.timer",
  "getty.target",
  "getty@.service",
  "console-getty.service",
  "systemd-logind.service",
  "systemd-pstore.service",
  "systemd-update-utmp.service",
  "systemd-update-utmp-runlevel.service",
  "cloud-init-hotplugd.socket",
  "dev-hugepages.mount",
  "modprobe@.service",
];

/** What firmware and hypervisor do for a real machine: its own CPU count, memory and network address. */
const HARDWARE_UNIT = `[Unit]
Description=Shows this machine its own share of the hardware
DefaultDependencies=no
Before=sysinit.target systemd-networkd.service

[Service]
Type=oneshot
RemainAfterExit=yes
PassEnvironment=MACHINE_MAC
ExecStart=/bin/sh -c 'for f in cpuinfo meminfo stat loadavg uptime; do mount --bind /var/lib/lxcfs/proc/$$f /proc/$$f || exit 1; done'
ExecStart=/bin/sh -c 'test -z "$$MACHINE_MAC" || ip link set dev host0 address "$$MACHINE_MAC"'

[Install]
WantedBy=sysinit.target
`;

const CLOUD_INIT = `# Only what a machine of the local cloud can have; every other source would be waited for.
datasource_list: [NoCloud]
locale: false
ssh_genkeytypes: [ed25519, ecdsa]
system_info:
  network:
    renderers: [networkd]
`;

/** Router advertisements never come here; waiting for them took 12 s of each boot (measured). */
const IPV4_ONLY = `[Network]
LinkLocalAddressing=no
IPv6AcceptRA=no
`;

const unit = (name: string) => `etc/systemd/system/${name}`;

export const imageRecipe: ImageRecipe = {
  suite: "bookworm",
  packages: [
    "systemd",
    "systemd-sysv",
    "dbus",
    "cloud-init",
    "iproute2",
    "openssh-server",
    "sudo",
    "curl",
    "ca-certificates",
    "python3",
  ],
  excludedPaths: ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*"],
  files: {
    [unit("machine-hardware.service")]: HARDWARE_UNIT,
    "etc/cloud/cloud.cfg.d/90-local-cloud.cfg": CLOUD_INIT,
    "etc/systemd/network/10-cloud-init-host0.network.d/ipv4-only.conf": IPV4_ONLY,
    "etc/ssh/sshd_config.d/local-cloud.conf": "UseDNS no\n",
    // no name server can be reached, so asking one would only take time
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\nnetworks: files\n",
    "etc/resolv.conf": "",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "etc/machine-id": "",
    "etc/hostname": "localhost\n",
  },
  links: {
    ...Object.fromEntries(MASKED_UNITS.map((name) => [unit(name), "/dev/null"])),
    [unit("default.target")]: "/lib/systemd/system/multi-user.target",
    [unit("sysinit.target.wants/machine-hardware.service")]: "../machine-hardware.service",
    [unit("multi-user.target.wants/systemd-networkd.service")]:
      "/lib/systemd/system/systemd-networkd.service",
    [unit("network-online.target.wants/systemd-networkd-wait-online.service")]:
      "/lib/systemd/system/systemd-networkd-wait-online.service",
  },
  removed: [
    "etc/ssh/ssh_host_rsa_key",
    "etc/ssh/ssh_host_rsa_key.pub",
    "etc/ssh/ssh_host_ecdsa_key",
    "etc/ssh/ssh_host_ecdsa_key.pub",
    "etc/ssh/ssh_host_ed25519_key",
    "etc/ssh/ssh_host_ed25519_key.pub",
    "var/lib/dbus/machine-id",
    "var/log/journal",
  ],
};

export function recipeKey(recipe: ImageRecipe): string {
  return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
}

/** The command that installs the packages into an empty folder. */
export function installCommand(recipe: ImageRecipe, directory: string) {
  return [
    "mmdebstrap",
    "--variant=minbase",
    `--include=${recipe.packages.join(",")}`,
    ...recipe.excludedPaths.map((path) => `--dpkgopt=path-exclude=${path}`),
    '--aptopt=Acquire::Retries "3"',
    recipe.suite,
    directory,
  ] as const;
}
