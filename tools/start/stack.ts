import { setTimeout as delay } from "node:timers/promises";
import { getInside } from "@autoscaler/local-cloud/cli/forwarding.ts";
import type { RunningCloud } from "@autoscaler/local-cloud/cli/up.ts";
import { type PulumiCommand, runPulumi, SECRET } from "./pulumi.ts";
import type { ResourceEvent } from "./pulumi-events.ts";
import { configureStack } from "./pulumi-project.ts";

/** What `pulumi up` gave; addresses are those inside the cloud's network. */
export interface StackOutputs {
  readonly serviceUrl: string;
  readonly scalerUrl: string;
  readonly operatorToken: string;
}

const ARGUMENTS = ["--stack", "local", "--yes", "--non-interactive", "--skip-preview", "--parallel", "16"];

export async function stackUp(
  command: PulumiCommand,
  cloud: RunningCloud,
  say: (line: string) => void,
): Promise<StackOutputs> {
  await runPulumi(command, ["stack", "init", "local", "--non-interactive"]);
  await configureStack(command.project, cloud);
  await runPulumi(command, ["up", ...ARGUMENTS], narrate(say));
  const text = await runPulumi(
    command,
    ["stack", "output", "--json", "--show-secrets", "--stack", "local"],
    undefined,
    SECRET,
  );
  return JSON.parse(text) as StackOutputs;
}

export async function stackDestroy(command: PulumiCommand, say: (line: string) => void): Promise<void> {
  await runPulumi(command, ["destroy", ...ARGUMENTS], narrate(say));
}

const WAITING: Readonly<Record<string, string>> = {
  create: "creating",
  delete: "deleting",
  update: "updating",
};
const DONE: Readonly<Record<string, string>> = { create: "created", delete: "deleted", update: "updated" };
/** Resources that take no time worth a line. */
const QUICK =
  /^(RandomString|RandomPassword|SshKeyPair|Machine|MachineRelease|Tokens|PoolNetwork|ServiceSeed|Monitoring|LoadBalancer) /;

/** Turns engine events into lines such as `created Vm lb-vm (12 s)`. */
function narrate(say: (line: string) => void): (event: ResourceEvent) => void {
  const startedMs = new Map<string, number>();
  return ({ kind, resource, operation }) => {
    if (QUICK.test(resource) && kind !== "failed") return;
    if (kind === "started") {
      startedMs.set(resource, performance.now());
      say(`${WAITING[operation] ?? operation} ${resource}`);
      return;
    }
    const seconds = Math.round((performance.now() - (startedMs.get(resource) ?? performance.now())) / 1000);
    const verb = kind === "failed" ? `failed to ${operation}` : (DONE[operation] ?? `${operation} done:`);
    say(`${verb} ${resource} (${seconds} s)`);
  };
}

const POLL_MS = 500;
const FIRST_ANSWER_MS = 120_000;

/** The stack is up but the service does not answer. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly code = "SERVICE_NO_ANSWER";
}

/** Waits for the first good answer of the service through the load balancer. @throws {NoAnswer} after 120 s. */
export async function waitForService(cloud: RunningCloud, url: string, signal: AbortSignal): Promise<void> {
  const { hostname } = new URL(url);
  const endMs = performance.now() + FIRST_ANSWER_MS;
  for (;;) {
    signal.throwIfAborted();
    if (performance.now() > endMs) {
      throw new NoAnswer(
        `${url}/healthz gave no good answer within ${FIRST_ANSWER_MS / 1000} s: see the console.log of the machines lb and seed under ${cloud.instance.stateDirectory}/machines`,
      );
    }
    const answer = await getInside(cloud.instance.stateDirectory, hostname, "/healthz").catch(
      () => undefined,
    );
    if (answer?.status === 200) return;
    await delay(POLL_MS, undefined, { signal });
  }
}
