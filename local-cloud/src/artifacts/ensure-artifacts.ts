import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { withLock } from "../machines/nspawn/host/exclusive-lock.ts";
import { removeTree } from "../machines/nspawn/host/mounts.ts";
import { run } from "../machines/nspawn/host/run-command.ts";
import { type Artifact, artifactOf, publications } from "./manifest.ts";
import { allSources, type Source } from "./sources.ts";

export type Report = (line: string) => void;

/** A change of how archives are made. */
const FORMAT = 1;

/** Folder that the mirror serves: `<name>/<version>/{archive, checksum file}`. */
export function mirrorDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, "mirror");
}

/**
 * Fetches and packs what is not in the cache yet; each archive once. Two that race wait for each other, and
 * what a killed run left unfinished is thrown away.
 *
 * @returns every artifact that the mirror then serves.
 * @throws when a source cannot be reached; archives that are finished stay.
 */
export async function ensureArtifacts(
  cacheDirectory: string,
  report: Report,
  sources: readonly Source[] = allSources,
): Promise<readonly Artifact[]> {
  const mirror = mirrorDirectory(cacheDirectory);
  await mkdir(mirror, { recursive: true });
  const found = await Promise.all(sources.map((source) => recordedVersion(mirror, source)));
  const known = sources.flatMap(({ name }, index) => {
    const version = found[index];
    return version === undefined ? [] : [artifactOf(name, version)];
  });
  if (known.length === sources.length) return known;

  return withLock(
    `mirror ${mirror}`,
    () => report("waiting for another run that fetches the programs"),
    async () => {
      await removeUnfinished(mirror);
      const artifacts: Artifact[] = [];
      for (const source of sources) {
        const version = (await recordedVersion(mirror, source)) ?? (await publish(mirror, source, report));
        artifacts.push(artifactOf(source.name, version));
      }
      return artifacts;
    },
  );
}

/** The version that a source had when it was packed; undefined when it was not, or is another one now. */
async function recordedVersion(mirror: string, source: Source): Promise<string | undefined> {
  const text = await readFile(recordFile(mirror, source), "utf8").catch(() => undefined);
  return text?.trim();
}

function recordFile(mirror: string, { name, pin }: Source): string {
  const key = createHash("sha256").update(`${FORMAT} ${name} ${pin}`).digest("hex").slice(0, 12);
  return join(mirror, `${name}-${key}.version`);
}

async function removeUnfinished(mirror: string): Promise<void> {
  const names = (await readdir(mirror)).filter((name) => name.startsWith("unfinished-"));
  for (const name of names) await removeTree(join(mirror, name));
}

async function publish(mirror: string, source: Source, report: Report): Promise<string> {
  const unfinished = join(mirror, `unfinished-${process.pid}`);
  try {
    await mkdir(unfinished);
    report(`fetching ${source.name}`);
    const { version, programs } = await source.fetch(unfinished);
    report(`packing ${source.name} ${version}`);
    const { file, checksumsFile, folder } = publications[source.name];
    const content = join(unfinished, "content");
    await mkdir(join(content, folder(version)), { recursive: true });
    for (const [name, path] of Object.entries(programs)) {
      await copyFile(path, join(content, folder(version), name));
    }
    const finished = join(unfinished, "finished");
    await mkdir(finished);
    await pack(content, join(finished, file(version)));
    await writeFile(
      join(finished, checksumsFile(version)),
      `${await sha256(join(finished, file(version)))}  ${file(version)}\n`,
    );
    const target = join(mirror, source.name, version);
    await mkdir(join(mirror, source.name), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(finished, target);
    await writeFile(`${recordFile(mirror, source)}.new`, `${version}\n`);
    await rename(`${recordFile(mirror, source)}.new`, recordFile(mirror, source));
    return version;
  } finally {
    await removeTree(unfinished);
  }
}

/** The same programs always make the same bytes. Level 1: a few per cent larger, several times quicker. */
async function pack(content: string, archive: string): Promise<void> {
  const names = await readdir(content);
  await run([
    "tar",
    "--create",
    "--sort=name",
    "--mtime=@0",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mode=0755",
    "--use-compress-program=gzip -1 -n",
    `--file=${archive}`,
    `--directory=${content}`,
    "--",
    ...names.map((name) => basename(name)),
  ]);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
