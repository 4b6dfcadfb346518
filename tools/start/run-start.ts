import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { down } from "@autoscaler/local-cloud/cli/down.ts";
import { addForward } from "@autoscaler/local-cloud/cli/forwarding.ts";
import { serviceNames, serviceStatus } from "@autoscaler/local-cloud/cli/instance-record.ts";
import {
  Interrupted,
  interruptionOf,
  listenForInterruption,
} from "@autoscaler/local-cloud/cli/interruption.ts";
import { type RunningCloud, up } from "@autoscaler/local-cloud/cli/up.ts";
import { describeInstance, type Instance } from "@autoscaler/local-cloud/machines/nspawn/instance.ts";
import { quotasFor } from "@autoscaler/local-cloud/machines/nspawn/settings.ts";
import { inNamespace } from "@autoscaler/local-cloud/network/namespace.ts";
import { giveBack } from "../bootstrap/ownership.mjs";
import { repositoryRoot } from "../bootstrap/places.mjs";
import { openPage } from "./browser.ts";
import { type Facts, machineFacts } from "./facts.ts";
import { type PulumiCommand, runPulumi } from "./pulumi.ts";
import { createLocalProject } from "./pulumi-project.ts";
import { runInside } from "./run-inside.ts";
import { type StackOutputs, stackDestroy, stackUp, waitForService } from "./stack.ts";
import { createSteps, type Steps } from "./steps.ts";
import { judge, readResult, type Verdict } from "./summary.ts";
import { watchServices } from "./watch-services.ts";

export interface StartOptions {
  readonly ramp: boolean;
  readonly quick?: boolean;
  readonly watch?: boolean;
  readonly peakRps: string;
  readonly timeScale?: string;
  /** Per cent of a core for a machine of 2 vCPU; the rest in proportion. */
  readonly machineCpu?: number;
  readonly servicePort: number;
  readonly scalerPort: number;
  readonly out: string;
  readonly instance: string;
}

/** The whole of `npm start`; returns the exit code. Whatever happens, the machine is clean afterwards. */
export async function runStart(options: StartOptions): Promise<number> {
  const instance = describeInstance(options.instance);
  const interruption = listenForInterruption(interruptionOf(instance));
  const steps = createSteps(process.stderr);
  const cloud = await steps.run("Local cloud", (say) =>
    localCloud(instance, options, interruption.signal, say),
  );
  const watch = watchServices(
    () => Promise.all(serviceNames.map((name) => serviceStatus(instance, name))),
    interruption,
  );
  try {
    return await withStack(cloud, options, steps, interruption.signal);
  } finally {
    watch.close();
    await steps.run("Taking the local cloud down", () => down({ instance, force: false }));
    giveBack();
  }
}

function localCloud(
  instance: Instance,
  { machineCpu }: StartOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<RunningCloud> {
  return up(
    {
      instance,
      owner: "this-process",
      latency: "fast",
      forwards: [],
      signal,
      ...(machineCpu === undefined ? {} : { cpuQuotaPercentByVcpu: quotasFor(machineCpu) }),
    },
    (_stage, line) => say(line),
  );
}

async function withStack(
  cloud: RunningCloud,
  options: StartOptions,
  steps: Steps,
  signal: AbortSignal,
): Promise<number> {
  const state = cloud.instance.stateDirectory;
  const project = await createLocalProject(join(state, "pulumi"), cloud);
  const pulumi: PulumiCommand = {
    project,
    inNamespace: (command) => inNamespace(command, cloud.instance.name),
    logFile: join(state, "pulumi.log"),
    signal,
  };
  const version = (await runPulumi(pulumi, ["version"])).trim();
  const facts = machineFacts({ version, plugins: project.plugins });
  steps.say(
    Object.entries(facts)
      .map(([name, value]) => `${name.padEnd(8)} ${value}`)
      .join("\n"),
  );
  const outputs = await steps.run("pulumi up", (say) => stackUp(pulumi, cloud, say));
  await steps.run("First answer through the load balancer", () =>
    waitForService(cloud, outputs.serviceUrl, signal),
  );
  const pages = await openPorts(cloud, outputs, options);
  const urls = pages.map(({ what, url }) => `${what.padEnd(14)} ${url}`);
  const show = (url: string) => options.watch === true && openPage(url);
  for (const { url } of pages) show(url);

  const verdict = options.ramp ? await ramp(cloud, outputs, options, facts, signal) : undefined;
  if (verdict !== undefined) {
    const report = resolve(options.out, "index.html");
    giveBack();
    steps.say(["", ...verdict.lines, `report: ${report}`, ""].join("\n"));
    show(report);
  }
  if (process.stdin.isTTY && !signal.aborted) {
    steps.say([...urls, "", "The stack stays up. Ctrl-C takes everything down."].join("\n"));
    await once(signal, "abort");
    if (!(signal.reason instanceof Interrupted)) throw signal.reason;
  } else {
    signal.throwIfAborted();
  }

  await steps.run("pulumi destroy", (say) =>
    stackDestroy({ ...pulumi, signal: new AbortController().signal }, say),
  );
  const left = await runInside(
    "tools/audit/main.ts",
    ["--api-url", cloud.apiUrl, "--stack", "local", "--expect-none"],
    { instance: cloud.instance.name, env: { IDCLOUDHOST_API_KEY: cloud.apiKey } },
  );
  return left === 0 && (verdict?.ok ?? true) ? 0 : 1;
}

/** Ports of 127.0.0.1 that lead to the service and to the scaler's status page. */
async function openPorts(
  cloud: RunningCloud,
  outputs: StackOutputs,
  options: StartOptions,
): Promise<readonly { readonly what: string; readonly url: string }[]> {
  const open = async (hostPort: number, url: string, what: string) => {
    const { hostname, port } = new URL(url);
    const target = { host: hostname, port: Number(port || 80) };
    const forward = await addForward(cloud.instance.stateDirectory, { hostPort, ...target }).catch(() =>
      addForward(cloud.instance.stateDirectory, { hostPort: 0, ...target }),
    );
    return { what, url: `http://127.0.0.1:${forward.hostPort}` };
  };
  return [
    await open(options.servicePort, outputs.serviceUrl, "service"),
    await open(options.scalerPort, outputs.scalerUrl, "scaler status"),
  ];
}

function requestOptions({ exampleRequest: { method, path, body } }: StackOutputs): readonly string[] {
  const sent = body === undefined ? [] : ["--body", JSON.stringify(body)];
  return ["--method", method, "--path", path, ...sent];
}

const SETTLE_SECONDS = "240";

async function ramp(
  cloud: RunningCloud,
  outputs: StackOutputs,
  options: StartOptions,
  facts: Facts,
  signal: AbortSignal,
): Promise<Verdict> {
  const directory = resolve(repositoryRoot, options.out);
  await rm(join(directory, "result.json"), { force: true });
  await mkdir(directory, { recursive: true });
  const tokenFile = join(cloud.instance.stateDirectory, "operator-token");
  await writeFile(tokenFile, outputs.operatorToken, { mode: 0o600 });
  await runInside(
    "load-test/src/cli.ts",
    [
      ...["--url", outputs.serviceUrl, "--scaler-url", outputs.scalerUrl, "--scaler-token-file", tokenFile],
      ...[
        "--pool",
        outputs.pool,
        ...requestOptions(outputs),
        "--out",
        directory,
        "--settle-seconds",
        options.quick === true ? "0" : SETTLE_SECONDS,
      ],
      ...(options.quick === true ? ["--scenario", "step"] : []),
      ...Object.entries(facts).flatMap(([name, value]) => ["--fact", `${name}=${value}`]),
      // A request takes half a second on a fifth of a core, so a queue that a real server works off in no time is long here.
      ...["--peak-rps", options.peakRps, "--timeout-seconds", "60"],
      ...(options.timeScale === undefined ? [] : ["--time-scale", options.timeScale]),
    ],
    { instance: cloud.instance.name, signal },
  );
  const result = await readResult(directory).catch((error: unknown) => {
    signal.throwIfAborted(); // too early for a report
    throw error;
  });
  return judge(result, { comesBack: options.quick !== true });
}
