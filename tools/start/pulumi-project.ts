import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunningCloud } from "@autoscaler/local-cloud/cli/up.ts";
import { parse, parseDocument, stringify } from "yaml";
import { repositoryRoot, toolPath } from "../bootstrap/places.mjs";

/** Where one run of the stack `local` keeps its project file, state and secrets; made anew for every run. */
export interface PulumiProject {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Prepares a project folder outside the checkout whose program is the checkout's `infra/index.ts`, with a
 * file backend of its own and a random passphrase, so that a local run changes no file of the clone and
 * meets no other state.
 */
export async function createLocalProject(
  directory: string,
  { apiKey, artifacts }: Pick<RunningCloud, "apiKey" | "artifacts">,
): Promise<PulumiProject> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, "backend"), { recursive: true });
  await chmod(directory, 0o700);

  const project = parse(await readFile(join(repositoryRoot, "Pulumi.yaml"), "utf8"));
  await writeFile(
    join(directory, "Pulumi.yaml"),
    stringify({ ...project, main: join(repositoryRoot, "infra", "index.ts") }),
  );
  const stack = parseDocument(await readFile(join(repositoryRoot, "Pulumi.local.yaml"), "utf8"));
  // The mirror has the versions that this machine's package registries gave.
  for (const { name, version } of artifacts) {
    stack.setIn(["config", `${project.name}:artifacts`, "versions", name], version);
  }
  await writeFile(join(directory, "Pulumi.local.yaml"), stack.toString());

  return {
    directory,
    env: {
      ...process.env,
      PATH: toolPath(),
      PULUMI_HOME: join(directory, "home"),
      PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      PULUMI_DEBUG_COMMANDS: "true",
      IDCLOUDHOST_API_KEY: apiKey,
    },
  };
}
