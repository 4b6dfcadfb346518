import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureArtifacts, mirrorDirectory } from "@autoscaler/local-cloud/artifacts/ensure-artifacts.ts";
import {
  type Artifact,
  type ArtifactName,
  publications,
} from "@autoscaler/local-cloud/artifacts/manifest.ts";
import { allSources } from "@autoscaler/local-cloud/artifacts/sources.ts";
import { run } from "@autoscaler/local-cloud/machines/nspawn/host/run-command.ts";
import { runMain } from "@autoscaler/service-kit";
import { cacheDirectory } from "../bootstrap/places.mjs";

/**
 * The real programs that `npm test` runs: Traefik under lb-agent, promtool and amtool over what is generated for them;
 * Traefik, Prometheus and node_exporter under the signals.
 */
const programs: readonly { readonly name: string; readonly from: ArtifactName }[] = [
  { name: "traefik", from: "traefik" },
  { name: "promtool", from: "prometheus" },
  { name: "prometheus", from: "prometheus" },
  { name: "node_exporter", from: "node_exporter" },
  { name: "amtool", from: "alertmanager" },
];

/** Puts them into `<cache>/bin` when they are not there in the version that the local cloud uses. */
async function ensureTestPrograms(): Promise<void> {
  const cache = cacheDirectory();
  const wanted = allSources.filter(({ name }) => programs.some(({ from }) => from === name));
  const artifacts = await ensureArtifacts(cache, (line) => process.stderr.write(`- ${line}\n`), wanted);
  for (const { name, from } of programs) {
    const artifact = artifacts.find((each) => each.name === from);
    if (artifact !== undefined) await extract(cache, name, artifact);
  }
}

async function extract(cache: string, program: string, { name, version, file }: Artifact): Promise<void> {
  const target = join(cache, "bin", program);
  const stamp = join(cache, "bin", `${program}.version`);
  if (existsSync(target) && (await readFile(stamp, "utf8").catch(() => "")) === version) return;
  const staged = join(cache, "bin", `unfinished-${process.pid}`);
  await mkdir(staged, { recursive: true });
  try {
    const folder = publications[name].folder(version);
    const member = folder === "" ? program : `${folder}/${program}`;
    await run([
      "tar",
      "--extract",
      `--file=${join(mirrorDirectory(cache), name, version, file)}`,
      `--directory=${staged}`,
      member,
    ]);
    await rename(join(staged, member), target);
    await writeFile(stamp, version);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

await runMain(ensureTestPrograms);
