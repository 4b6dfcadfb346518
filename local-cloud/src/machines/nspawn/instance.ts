import { homedir } from "node:os";
import { join } from "node:path";

/** Names and places of one local cloud. Everything it makes on the host carries one of these. */
export interface Instance {
  readonly name: string;
  readonly stateDirectory: string;
  /** Shared by all instances and runs of a user. */
  readonly cacheDirectory: string;
  /** Path of the network namespace; its last part is the instance's name. */
  readonly namespacePath: string;
}

export const DEFAULT_INSTANCE = "idch-local";
/** The prefix keeps other people's namespaces and cgroups out of reach: everything under a name is removed. */
const NAME = /^idch-[a-z0-9-]{1,26}$/;

/** @throws when the name could not serve as a namespace, a cgroup and a folder. */
export function describeInstance(
  name: string = DEFAULT_INSTANCE,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Instance {
  if (!NAME.test(name)) {
    throw new Error(`the instance name ${JSON.stringify(name)} must be idch- and up to 26 of a-z, 0-9 and -`);
  }
  const state = environment["XDG_STATE_HOME"] || join(homedir(), ".local/state");
  const cache = environment["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = name === DEFAULT_INSTANCE ? "local-cloud" : `local-cloud-${name}`;
  return {
    name,
    stateDirectory: join(state, "idcloudhost-autoscaler", folder),
    cacheDirectory: join(cache, "idcloudhost-autoscaler"),
    namespacePath: `/run/netns/${name}`,
  };
}
