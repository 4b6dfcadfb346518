import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { RunningCloud } from "@autoscaler/local-cloud/cli/up.ts";
import { parse, parseDocument } from "yaml";
import { checkoutUser, homeOf } from "../bootstrap/ownership.mjs";
import { repositoryRoot, toolPath } from "../bootstrap/places.mjs";

/** Where one run of the stack `local` keeps its project file, state and secrets; made anew for every run. */
export interface PulumiProject {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly plugins: "real" | "stand-ins";
}

/**
 * Prepares a project folder outside the checkout whose program is the checkout's `infra/`, with a file
 * backend of its own and a random passphrase, so that a local run changes no file of the clone and meets
 * no other state.
 */
export async function createLocalProject(
  directory: string,
  { apiKey }: Pick<RunningCloud, "apiKey">,
): Promise<PulumiProject> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, "backend"), { recursive: true });
  await mkdir(join(directory, "home"));
  await chmod(directory, 0o700);
  await copyFile(join(repositoryRoot, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  await symlink(join(repositoryRoot, "infra"), join(directory, "infra"));
  const home = join(directory, "home");
  const real = await installedPlugins();
  if (real !== undefined) await symlink(real, join(home, "plugins"));
  const standIns = real === undefined ? [join(repositoryRoot, "local-cloud", "src", "plugins")] : [];
  return {
    directory,
    plugins: real === undefined ? "stand-ins" : "real",
    env: {
      ...process.env,
      PATH: [toolPath(), ...standIns].join(delimiter),
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      PULUMI_DEBUG_COMMANDS: "true", // makes --event-log known
      SSH_AUTH_SOCK: "", // the stack has keys of its own, and an agent that is gone would end every step on a machine
      NODE_OPTIONS: "--no-deprecation", // as Pulumi.yaml says, which the language host built here does not read
      IDCLOUDHOST_API_KEY: apiKey,
    },
  };
}

/**
 * Fills the stack's file from the checkout's, with the versions that the mirror has. After `stack init`,
 * whose encryption salt is kept.
 */
export async function configureStack(
  { directory }: PulumiProject,
  { artifacts }: Pick<RunningCloud, "artifacts">,
): Promise<void> {
  const file = join(directory, "Pulumi.local.yaml");
  const { name: projectName } = parse(await readFile(join(repositoryRoot, "Pulumi.yaml"), "utf8"));
  const { encryptionsalt } = parse(await readFile(file, "utf8"));
  const stack = parseDocument(await readFile(join(repositoryRoot, "Pulumi.local.yaml"), "utf8"));
  stack.set("encryptionsalt", encryptionsalt);
  for (const { name, version } of artifacts) {
    stack.setIn(["config", `${projectName}:artifacts`, "versions", name.replaceAll("_", "-")], version);
  }
  await writeFile(file, stack.toString(), { mode: 0o600 });
}

/** Exactly the versions that the program asks for; another one would not be taken. */
async function pluginFolders(): Promise<readonly string[]> {
  const { dependencies } = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8"));
  return ["random", "command"].map((plugin) => `resource-${plugin}-v${dependencies[`@pulumi/${plugin}`]}`);
}

/** Where the user, or the one behind `sudo`, has Pulumi's own plugins; undefined without all of them. */
async function installedPlugins(): Promise<string | undefined> {
  const wanted = await pluginFolders();
  const user = checkoutUser();
  const given = process.env["PULUMI_HOME"];
  const homes = [homedir(), ...(user === undefined ? [] : [homeOf(user.uid)])];
  for (const pulumiHome of given === undefined ? homes.map((home) => join(home, ".pulumi")) : [given]) {
    const folder = join(pulumiHome, "plugins");
    const names = await readdir(folder).catch((): string[] => []);
    if (wanted.every((name) => names.includes(name))) return folder;
  }
  return undefined;
}
