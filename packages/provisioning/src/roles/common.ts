import { ports } from "@autoscaler/contracts/ports.ts";
import { type MachineFile, type MachineUnit, rootFile, unitPath } from "../apply-document.ts";
import type { ArtifactName } from "../artifacts.ts";
import { serviceUnit } from "../systemd.ts";
import { authorizedKeys } from "./authorized-keys.ts";

export const binDirectory = "/opt/autoscaler/bin";

/** What each role's machine installs at its first boot. */
export const artifactsOfRole = {
  seed: ["node", "node-exporter"],
  lb: ["node", "traefik", "node-exporter"],
  monitor: ["node", "prometheus", "node-exporter"],
} as const satisfies Record<string, readonly ArtifactName[]>;

export type Role = keyof typeof artifactsOfRole;

/** Where the release of a unit is unpacked to. */
export function currentRelease(unit: string): string {
  return `/opt/autoscaler/current/${unit}`;
}

/** Where the release of a unit is copied to over SSH, as the user `ops`. */
export function uploadedArchive(unit: string): string {
  return `/home/ops/${unit}.tar.gz`;
}

export interface CommonSettings {
  readonly networkCidr: string;
  /** OpenSSH public key lines: who may log in as `ops`, and nobody else. */
  readonly authorizedKeys: readonly string[];
}

/** What every machine of ours has. */
export interface CommonParts {
  readonly files: readonly MachineFile[];
  readonly units: readonly MachineUnit[];
  readonly users: readonly string[];
}

/** What our queries read. All that node_exporter has takes three times the CPU, at every scrape of every server. */
const collectors = [
  "cpu",
  "diskstats",
  "filesystem",
  "loadavg",
  "meminfo",
  "netdev",
  "pressure",
  "stat",
  "time",
];

/** Who may log in, and node_exporter, answered only inside the private network. */
export function commonParts({ networkCidr, authorizedKeys: keys }: CommonSettings): CommonParts {
  const { files, unit } = authorizedKeys(keys);
  const text = serviceUnit({
    description: "Prometheus exporter for this machine",
    user: "node-exporter",
    command: [
      `${binDirectory}/node_exporter`,
      `--web.listen-address=:${ports.nodeExporter}`,
      "--collector.disable-defaults",
      ...collectors.map((name) => `--collector.${name}`),
    ],
    networks: ["localhost", networkCidr],
    seesMachinesProc: true,
  });
  return {
    files: [...files, rootFile(unitPath("node-exporter.service"), text)],
    units: [unit, { name: "node-exporter.service", uses: ["node-exporter"] }],
    users: ["node-exporter"],
  };
}
