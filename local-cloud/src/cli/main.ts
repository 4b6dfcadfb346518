import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { runMain } from "@autoscaler/service-kit";
import { Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_INSTANCE, describeInstance, type Instance } from "../machines/nspawn/instance.ts";
import { API_ADDRESS } from "../network/addresses.ts";
import { inNamespace } from "../network/namespace.ts";
import { CannotRun } from "./checks.ts";
import { down, takeDown } from "./down.ts";
import { addForward, type Forward, parseForward } from "./forwarding.ts";
import { interruptionOf, listenForInterruption } from "./interruption.ts";
import { type CloudStatus, status } from "./status.ts";
import { apiKeyFile, type RunningCloud, up } from "./up.ts";

interface UpFlags {
  readonly latency: "fast" | "realistic";
  readonly forward?: readonly Forward[];
  readonly json?: boolean;
}

const defaultForwards: readonly Forward[] = [{ hostPort: 8080, host: API_ADDRESS, port: 80 }];

function buildProgram(): Command {
  const program = new Command("local-cloud")
    .description("The IDCloudHost API over real machines of this computer, in a network with no way out.")
    .addOption(
      new Option("--instance <name>", "name of the network namespace and of everything else")
        .default(DEFAULT_INSTANCE)
        .env("LOCAL_CLOUD_INSTANCE"),
    );
  const instance = () => describeInstance(program.opts<{ readonly instance: string }>().instance);

  program
    .command("up")
    .description("stand it up: network, base image, programs, API; it stays until `local-cloud down`")
    .addOption(
      new Option("--latency <kind>", "how slow calls are").choices(["fast", "realistic"]).default("fast"),
    )
    .option(
      "--forward <port=address:port>",
      `127.0.0.1 port that leads inside; repeat it (default: 8080=${API_ADDRESS}:80)`,
      collectForward,
    )
    .option("--json", "say the result as JSON")
    .action(async (flags: UpFlags) => {
      const target = instance();
      const cloud = await interruptible(target, (signal) =>
        up(
          {
            instance: target,
            owner: "nobody",
            latency: flags.latency,
            forwards: flags.forward ?? defaultForwards,
            signal,
          },
          (stage, line) => process.stderr.write(`${stage.padEnd(9)} ${line}\n`),
        ),
      );
      process.stdout.write(flags.json === true ? `${JSON.stringify(cloud)}\n` : describeCloud(cloud));
      process.exit(0);
    });

  program
    .command("down")
    .description("remove it with all machines and disks; nothing to do if it is not there")
    .option("--force", "also when another process has it")
    .action(async (flags: { readonly force?: boolean }) => {
      await down({ instance: instance(), force: flags.force === true });
      process.stdout.write("the local cloud is down\n");
    });

  program
    .command("status")
    .description("what runs")
    .option("--json", "as JSON")
    .action(async (flags: { readonly json?: boolean }) => {
      const found = await status(instance());
      process.stdout.write(flags.json === true ? `${JSON.stringify(found)}\n` : describeStatus(found));
    });

  program
    .command("forward")
    .description("open one more port of 127.0.0.1 that leads inside, for example 8081=203.0.113.10:80")
    .argument("<port=address:port>", "port 0 lets the system choose", argument)
    .action(async (wanted: Forward) => {
      const { hostPort, host, port } = await addForward(instance().stateDirectory, wanted);
      process.stdout.write(`http://127.0.0.1:${hostPort} -> ${host}:${port}\n`);
    });

  program
    .command("run")
    .description(
      "run a command inside the network, for example: local-cloud run -- curl http://203.0.113.10/",
    )
    .argument("<command...>")
    .action(async (command: readonly string[]) => {
      const [file, ...parameters] = inNamespace(command, instance().name);
      const [code] = await once(spawn(file, parameters, { stdio: "inherit" }), "exit");
      process.exit(code ?? 1);
    });
  return program;
}

/** When interrupted: lets the present step end, for at most 3 s, removes everything, exits 130. */
async function interruptible<T>(target: Instance, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal } = listenForInterruption(interruptionOf(target));
  const working = work(signal);
  const interrupted = once(signal, "abort").then(async (): Promise<never> => {
    await Promise.race([working.catch(() => undefined), delay(3_000)]);
    await takeDown(target);
    process.exit(130);
  });
  const result = await Promise.race([working, interrupted]).catch((error: unknown) => {
    if (signal.aborted) return interrupted;
    throw error;
  });
  return result;
}

function argument(value: string): Forward {
  try {
    return parseForward(value);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function collectForward(value: string, previous: readonly Forward[] = []): readonly Forward[] {
  const given = argument(value);
  return [...previous, given];
}

function describeCloud({ instance, apiUrl, apiKey, mirrorUrl, forwards }: RunningCloud): string {
  const lines = [
    `API      ${apiUrl}/v1 (inside the network)`,
    `API key  ${apiKey} (kept in ${apiKeyFile(instance)})`,
    `mirror   ${mirrorUrl}`,
    ...forwards.map(({ hostPort, host, port }) => `host     http://127.0.0.1:${hostPort} -> ${host}:${port}`),
  ];
  return `${lines.join("\n")}\n`;
}

function describeStatus({ instance, state, services, machines, forwards }: CloudStatus): string {
  const lines = [
    `${instance} is ${state}`,
    ...services.map(
      ({ name, pid, running }) => `  ${name.padEnd(15)} ${running ? `runs (${pid})` : "stopped"}`,
    ),
    ...machines.map(
      ({ id, hostName, running }) => `  machine ${id} ${hostName} ${running ? "runs" : "stopped"}`,
    ),
    ...forwards.map(({ hostPort, host, port }) => `  127.0.0.1:${hostPort} -> ${host}:${port}`),
  ];
  return `${lines.join("\n")}\n`;
}

await runMain(async () => {
  try {
    await buildProgram().parseAsync();
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
});
