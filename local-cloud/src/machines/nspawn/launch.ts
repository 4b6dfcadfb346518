import type { Command } from "./host/run-command.ts";
import type { MachineFiles, MachineRecord } from "./machine-files.ts";

export interface LaunchPlace {
  readonly namespacePath: string;
  readonly imageDirectory: string;
  readonly lxcfsDirectory: string;
  readonly bridge: string;
  /** Shows it files of ours in place of what lxcfs would say of its CPU. */
  readonly hasCpuView: boolean;
}

/**
 * The command that becomes the machine.
 *
 * `nsenter --net`, not `ip netns exec`: that remounts /sys, and nspawn then dies. The disk is mounted in a
 * mount namespace of the machine's own, so it goes away with the machine, however that ends.
 */
export function launchCommand(machine: MachineRecord, files: MachineFiles, place: LaunchPlace): Command {
  return [
    "nsenter",
    `--net=${place.namespacePath}`,
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "sh",
    "-c",
    'mount -t overlay machine -o "$1" "$2" && shift 2 && exec systemd-nspawn "$@"',
    "machine",
    overlayOptions(files, place.imageDirectory),
    files.root,
    ...nspawnParameters(machine, files, place),
  ];
}

/** The last three keep `upper` free of references to its own layout, so that a copy of it is a disk too. */
export function overlayOptions(files: MachineFiles, imageDirectory: string): string {
  const paths = { lowerdir: imageDirectory, upperdir: files.upper, workdir: files.work };
  const bad = Object.values(paths).find((path) => /[,:\\]/.test(path));
  if (bad !== undefined) throw new Error(`the path ${bad} must not hold a comma, colon or backslash`);
  const options = Object.entries(paths).map(([name, path]) => `${name}=${path}`);
  return [...options, "index=off", "metacopy=off", "redirect_dir=off"].join(",");
}

function nspawnParameters(
  machine: MachineRecord,
  files: MachineFiles,
  place: LaunchPlace,
): readonly string[] {
  return [
    "--quiet",
    "--register=no",
    "--keep-unit",
    "--boot",
    `--directory=${files.root}`,
    `--machine=${machine.id}`,
    `--uuid=${machine.id}`,
    `--hostname=${machine.hostName}`,
    `--network-bridge=${place.bridge}`,
    `--bind=${place.lxcfsDirectory}:/var/lib/lxcfs`,
    ...(place.hasCpuView
      ? ["stat", "cpuinfo"].map((name) => `--bind-ro=${files.cpuView}/${name}:/var/lib/lxcfs/proc/${name}`)
      : []),
    `--setenv=MACHINE_MAC=${machine.mac}`,
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
    "--console=read-only",
  ];
}
