import type { ArtifactInstall } from "./apply-document.ts";

export type ArtifactName = "node" | "traefik" | "prometheus" | "alertmanager" | "node-exporter" | "grafana";

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
  /** The list of sums, or the sum itself: then the version is fixed with it. */
  readonly checksums: ((version: string) => string) | { readonly sha256: string };
  readonly binaries: (version: string) => Readonly<Record<string, string>>;
  /** Folder in the archive that is installed as a whole; binaries are in it. */
  readonly tree?: (version: string) => string;
}

const prometheusProject = (project: string, version: string, binaries: readonly string[]): Publisher => ({
  version,
  folder: (v) => `https://github.com/prometheus/${project}/releases/download/v${v}`,
  archive: (v) => `${project}-${v}.linux-amd64.tar.gz`,
  checksums: () => "sha256sums.txt",
  binaries: (v) => Object.fromEntries(binaries.map((name) => [name, `${project}-${v}.linux-amd64/${name}`])),
});

/** The one place that knows which program comes from where. Versions are those the local cloud runs too, where it runs them. */
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
  // AGPL-3.0: fetched by the user's own VM from its vendor, never a part of this repository or of its runs.
  // File names carry the number of the vendor's build, so version, build and sum are fixed together. 13.1 is
  // the last line that has the Prometheus data source built in (13.2 loads it as a plugin).
  grafana: {
    version: "13.1.1",
    folder: (v) => `https://dl.grafana.com/grafana/release/${v}`,
    archive: (v) => `grafana_${v}_29761037902_linux_amd64.tar.gz`,
    checksums: { sha256: "e47443214da0de041ffb29633d0977ce31ba7c8c569f09974ef5294a8ce32f08" },
    binaries: () => ({ grafana: "bin/grafana" }),
    tree: (v) => `grafana-${v}`,
  },
};

/** Programs whose version the configuration may choose. */
export const artifactNames = (Object.keys(PUBLISHERS) as readonly ArtifactName[]).filter(
  (name) => typeof PUBLISHERS[name].checksums === "function",
);

/** Where a program that is installed as a whole folder lies, whichever version it has. */
export function installDirectory(name: ArtifactName): string {
  return `/opt/autoscaler/artifacts/${name}/${PUBLISHERS[name].version}`;
}

/** How to install the named programs, in the form the machine's own script reads. */
export function artifactInstalls(
  names: readonly ArtifactName[],
  settings: ArtifactSettings,
): readonly ArtifactInstall[] {
  return names.map((name) => {
    const publisher = PUBLISHERS[name];
    const { checksums, tree } = publisher;
    const version = settings.versions[name] ?? publisher.version;
    const folder =
      settings.mirrorUrl === undefined
        ? publisher.folder(version)
        : `${settings.mirrorUrl}/${name}/${version}`;
    return {
      name,
      version,
      url: `${folder}/${publisher.archive(version)}`,
      ...(typeof checksums === "function" ? { checksumsUrl: `${folder}/${checksums(version)}` } : checksums),
      ...(tree === undefined ? {} : { tree: tree(version) }),
      binaries: publisher.binaries(version),
    };
  });
}
