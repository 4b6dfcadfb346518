import * as pulumi from "@pulumi/pulumi";
import { parseConfig, type StackConfig } from "./config.ts";
import { nodeProblem, sshAgentProblem } from "./prerequisites.ts";

/**
 * The running stack's configuration.
 *
 * @throws {pulumi.RunError} shown without a stack trace, with every problem of the configuration in it.
 */
export function readStackConfig(): StackConfig {
  const missing = nodeProblem(process) ?? sshAgentProblem(process.env["SSH_AUTH_SOCK"]);
  if (missing !== undefined) throw new pulumi.RunError(missing);
  const project = `${pulumi.getProject()}:`;
  const values = Object.entries(pulumi.runtime.allConfig()).flatMap(([key, value]) =>
    key.startsWith(project) ? [[key.slice(project.length), value] as const] : [],
  );
  const parsed = parseConfig({
    values: Object.fromEntries(values),
    stack: pulumi.getStack(),
    environment: process.env,
  });
  if (parsed.kind === "ok") return parsed.config;
  throw new pulumi.RunError(
    `the configuration of stack ${pulumi.getStack()} has problems:\n${parsed.problems.map((problem) => `  - ${problem}`).join("\n")}`,
  );
}
