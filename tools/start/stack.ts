import { getInside } from "@autoscaler/local-cloud/cli/forwarding.ts";
import type { RunningCloud } from "@autoscaler/local-cloud/cli/up.ts";
import { waitWhileItMoves } from "@autoscaler/local-cloud/machines/nspawn/host/patience.ts";
import { type PulumiCommand, runPulumi, SECRET } from "./pulumi.ts";
import type { ResourceEvent } from "./pulumi-events.ts";
import { configureStack } from "./pulumi-project.ts";

/** What `pulumi up` gave; addresses are those inside the cloud's network. */
export interface StackOutputs {
  readonly serviceUrl: string;
  readonly scalerUrl: string;
  readonly operatorToken: string;
  readonly pool: string;
  /** What a client of the service typically asks. */
  readonly exampleRequest: { readonly method: string; readonly path: string; readonly body?: unknown };
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
  /^(RandomString|RandomPassword|SshKeyPair|Machine|MachineRelease|Tokens|ServiceSeed|Monitoring|Alerting|LoadBalancer) /;

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

const FIRST_ANSWER_MS = 120_000;

/** Waits for the first good answer of the service through the load balancer. @throws {TooSlow} when none comes. */
export async function waitForService(cloud: RunningCloud, url: string, signal: AbortSignal): Promise<void> {
  const { hostname } = new URL(url);
  const { stateDirectory } = cloud.instance;
  await waitWhileItMoves({
    failure: `${url}/healthz gives no good answer (see the console.log of the machines lb and seed under ${stateDirectory}/machines)`,
    limitMs: FIRST_ANSWER_MS,
    pollMs: 500,
    signal,
    async look() {
      const answer = await getInside(stateDirectory, hostname, "/healthz").catch((error: Error) => error);
      if (answer instanceof Error) return { seen: answer.message };
      return answer.status === 200 ? { value: undefined } : { seen: `status ${answer.status}` };
    },
  });
}
