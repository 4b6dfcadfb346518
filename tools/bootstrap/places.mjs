import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this checkout. */
export const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** What may be kept between runs and clones: tools, the machines' base image, the mirror's files. */
export function cacheDirectory(env = process.env) {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "idcloudhost-autoscaler");
}

/** Where the bootstrap puts `pulumi` and `pulumi-language-nodejs` when PATH has none that fit. */
export function builtPulumiDirectory(env = process.env) {
  return join(cacheDirectory(env), "pulumi", "bin");
}

/**
 * PATH for everything that calls Pulumi: the project's Node 24 first, then the tools built by the bootstrap
 * (it builds them when those of the user do not fit), the user's own PATH, and the dynamic-provider host
 * that ships in the npm package.
 */
export function toolPath(env = process.env) {
  return [
    join(repositoryRoot, "node_modules", ".bin"),
    builtPulumiDirectory(env),
    env["PATH"] ?? "",
    join(repositoryRoot, "node_modules", "@pulumi", "pulumi"),
  ].join(delimiter);
}
