import { MIRROR_ADDRESS } from "../network/addresses.ts";

export type ArtifactName = "node" | "traefik" | "prometheus" | "alertmanager" | "node_exporter";

/** A program as its publisher offers it: the same file name, the same checksum file beside it. */
export interface Artifact {
  readonly name: ArtifactName;
  readonly version: string;
  readonly url: string;
  readonly checksumsUrl: string;
  /** Name of the archive. */
  readonly file: string;
}

/** One archive: where its programs come from and what they are called in it. */
export interface Publication {
  readonly name: ArtifactName;
  readonly file: (version: string) => string;
  readonly checksumsFile: (version: string) => string;
  /** Folder in the archive; empty for its top. */
  readonly folder: (version: string) => string;
}

const prometheusProject = (name: ArtifactName): Publication => ({
  name,
  file: (version) => `${name}-${version}.linux-amd64.tar.gz`,
  checksumsFile: () => "sha256sums.txt",
  folder: (version) => `${name}-${version}.linux-amd64`,
});

export const publications: Readonly<Record<ArtifactName, Publication>> = {
  node: {
    name: "node",
    file: (version) => `node-v${version}-linux-x64.tar.gz`,
    checksumsFile: () => "SHASUMS256.txt",
    folder: (version) => `node-v${version}-linux-x64/bin`,
  },
  traefik: {
    name: "traefik",
    file: (version) => `traefik_v${version}_linux_amd64.tar.gz`,
    checksumsFile: (version) => `traefik_v${version}_checksums.txt`,
    folder: () => "",
  },
  prometheus: prometheusProject("prometheus"),
  alertmanager: prometheusProject("alertmanager"),
  node_exporter: prometheusProject("node_exporter"),
};

export function artifactOf(
  name: ArtifactName,
  version: string,
  mirrorUrl = `http://${MIRROR_ADDRESS}`,
): Artifact {
  const { file, checksumsFile } = publications[name];
  const folder = `${mirrorUrl}/${name}/v${version}`;
  return {
    name,
    version,
    url: `${folder}/${file(version)}`,
    checksumsUrl: `${folder}/${checksumsFile(version)}`,
    file: file(version),
  };
}
