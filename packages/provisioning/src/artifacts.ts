import type { ArtifactInstall } from "./apply-document.ts";

export type ArtifactName = "node" | "traefik" | "prometheus" | "alertmanager" | "node-exporter";

export interface ArtifactSettings {
  /** Replaces every publisher's address: `<mirrorUrl>/<name>/<version>/<file name>`. */
  readonly mirrorUrl?: string;
  readonly versions: Readonly<Partial<Record<ArtifactName, string>>>;
}

interface Publisher {
  readonly version: string;
  /** Folder of the archive and of the checksum file. */
  readonly folder: (version: string) => string;
  readonly archive: (version: string) => string;
  readonly checksums: (version: string) => string;
  readonly binaries: (version: string) => Readonly<Record<string, string>>;
}

const prometheusProject = (project: string, version: string, binaries: readonly string[]): Publisher => ({
  version,
  folder: (v) => `https://github.com/prometheus/${project}/releases/download/v${v}`,
  archive: (v) => `${project}-${v}.linux-amd64.tar.gz`,
  checksums: () => "sha256sums.txt",
  binaries: (v) => Object.fromEntries(binaries.map((name) => [name, `${project}-${v}.linux-amd64/${name}`])),
});

/** The one place that knows which program comes from where. Versions are those the local cloud runs too. */
const PUBLISHERS: Readonly<Record<ArtifactName, Publisher>> = {
  node: {
    version: "24.21.0",
    folder: (v) => `https://nodejs.org/dist/v${v}`,
    archive: (v) => `node-v${v}-linux-x64.tar.gz`,
    checksums: () => "SHASUMS256.txt",
    binaries: (v) => ({ node: `node-v${v}-linux-x64/bin/node` }),
  },
  traefik: {
    version: "3.7.15",
    folder: (v) => `https://github.com/traefik/traefik/releases/download/v${v}`,
    archive: (v) => `traefik_v${v}_linux_amd64.tar.gz`,
    checksums: (v) => `traefik_v${v}_checksums.txt`,
    binaries: () => ({ traefik: "traefik" }),
  },
  prometheus: prometheusProject("prometheus", "2.42.0", ["prometheus", "promtool"]),
  alertmanager: prometheusProject("alertmanager", "0.25.0", ["alertmanager", "amtool"]),
  "node-exporter": prometheusProject("node_exporter", "1.5.0", ["node_exporter"]),
};

export const artifactNames = Object.keys(PUBLISHERS) as readonly ArtifactName[];

/** How to install the named programs, in the form the machine's own script reads. */
export function artifactInstalls(
  names: readonly ArtifactName[],
  settings: ArtifactSettings,
): readonly ArtifactInstall[] {
  return names.map((name) => {
    const publisher = PUBLISHERS[name];
    const version = settings.versions[name] ?? publisher.version;
    const folder =
      settings.mirrorUrl === undefined
        ? publisher.folder(version)
        : `${settings.mirrorUrl}/${name}/${version}`;
    return {
      name,
      version,
      url: `${folder}/${publisher.archive(version)}`,
      checksumsUrl: `${folder}/${publisher.checksums(version)}`,
      binaries: publisher.binaries(version),
    };
  });
}
