import { spawnSync } from "node:child_process";

/**
 * Pulumi runs the program with the first `node` of PATH and compiles it, but what its dynamic providers load
 * it does not.
 *
 * @returns one sentence with what to do; undefined for a Node that loads TypeScript by itself.
 */
export function nodeProblem({ version, features }: Pick<NodeJS.Process, "version" | "features">) {
  if (Reflect.get(features, "typescript")) return undefined;
  return `Node ${version} is too old, 22.18 is needed: put the one in front that npm ci installed (export PATH="$PWD/node_modules/.bin:$PATH"), then run the same again`;
}

const CONNECT = `require("node:net").connect(process.argv[1])
  .on("connect", () => process.exit(0)).on("error", () => process.exit(1))`;
const TIMEOUT_MS = 2_000;

/**
 * Pulumi's `command` plugin asks the SSH agent at every connection, though it is given a key, and fails
 * where the address leads to none: usual in a terminal that outlived its session (tmux, an editor).
 *
 * @returns one sentence with what to do; undefined when there is no address, or an agent behind it.
 */
export function sshAgentProblem(address: string | undefined): string | undefined {
  if (address === undefined || address === "") return undefined;
  const { status } = spawnSync(process.execPath, ["-e", CONNECT, address], {
    timeout: TIMEOUT_MS,
    stdio: "ignore",
  });
  if (status === 0) return undefined;
  return `no SSH agent answers at SSH_AUTH_SOCK (${address}), and without one no step on a machine works: run \`unset SSH_AUTH_SOCK\`, then the same again`;
}
