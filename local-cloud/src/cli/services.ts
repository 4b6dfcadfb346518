import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mirrorDirectory } from "../artifacts/ensure-artifacts.ts";
import { detectCgroups } from "../machines/nspawn/detect-cgroups.ts";
import { startDetached } from "../machines/nspawn/host/detached.ts";
import { effortOf, TooSlow, waitWhileItMoves } from "../machines/nspawn/host/patience.ts";
import { isAlive, type ProcessIdentity } from "../machines/nspawn/host/process-identity.ts";
import type { Instance } from "../machines/nspawn/instance.ts";
import { API_ADDRESS, MIRROR_ADDRESS } from "../network/addresses.ts";
import { inNamespace } from "../network/namespace.ts";
import { CannotRun } from "./checks.ts";
import { getInside, listForwards } from "./forwarding.ts";
import type { ServiceName } from "./instance-record.ts";

/** Member of the instance's cgroup pool that holds everything but the machines. */
export const CONTROL_MEMBER = "control";
const START_LIMIT_MS = 30_000;

interface Service {
  readonly name: ServiceName;
  readonly program: string;
  readonly inside: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** Rejects until the service answers. */
  readonly probe: () => Promise<unknown>;
}

export interface ServiceOptions {
  readonly apiKey: string;
  readonly latency: "fast" | "realistic";
}

function servicesOf(instance: Instance, { apiKey, latency }: ServiceOptions): readonly Service[] {
  const { stateDirectory } = instance;
  const state = { LOCAL_CLOUD_STATE_DIRECTORY: stateDirectory };
  const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  return [
    {
      name: "mirror",
      program: program("../artifacts/mirror-main.ts"),
      inside: true,
      environment: { MIRROR_DIRECTORY: mirrorDirectory(instance.cacheDirectory) },
      probe: () => getInside(stateDirectory, MIRROR_ADDRESS, "/healthz"),
    },
    {
      name: "api",
      program: program("../main.ts"),
      inside: true,
      environment: {
        ...state,
        LOCAL_CLOUD_LISTEN_HOST: API_ADDRESS,
        LOCAL_CLOUD_DRIVER: "nspawn",
        LOCAL_CLOUD_LATENCY: latency,
        LOCAL_CLOUD_API_KEY: apiKey,
      },
      probe: () => getInside(stateDirectory, API_ADDRESS, "/_local/state"),
    },
    {
      name: "forward-inside",
      program: program("./forward-inside.ts"),
      inside: true,
      environment: state,
      probe: async () => undefined,
    },
    {
      name: "forward-host",
      program: program("./forward-host.ts"),
      inside: false,
      environment: state,
      probe: () => listForwards(stateDirectory),
    },
  ];
}

/** Starts the cloud's processes and waits until all answer. @throws {CannotRun} naming the log of one that does not. */
export async function startServices(instance: Instance, options: ServiceOptions): Promise<void> {
  const cgroupFiles = detectCgroups(instance.name).entries(CONTROL_MEMBER);
  const services = servicesOf(instance, options);
  const started = await Promise.all(
    services.map(async (service) => {
      const command = [process.execPath, service.program] as const;
      const identity = await startDetached({
        command: service.inside ? inNamespace(command, instance.name) : command,
        logFile: join(instance.stateDirectory, `${service.name}.log`),
        identityFile: join(instance.stateDirectory, `${service.name}.process`),
        cgroupFiles,
        environment: service.environment,
      });
      return { service, identity };
    }),
  );
  for (const { service, identity } of started) await waitUntilItAnswers(instance, service, identity);
}

async function waitUntilItAnswers(
  instance: Instance,
  service: Service,
  identity: ProcessIdentity,
): Promise<void> {
  const log = join(instance.stateDirectory, `${service.name}.log`);
  const wait = waitWhileItMoves({
    failure: `the local cloud's ${service.name} does not answer, see ${log},`,
    limitMs: START_LIMIT_MS,
    async look() {
      const answers = await service.probe().then(
        () => true,
        () => false,
      );
      if (!isAlive(identity)) {
        throw new CannotRun(
          `the local cloud's ${service.name} ended at once, see ${log}: ${await lastLine(log)}`,
        );
      }
      return answers ? { value: undefined } : { seen: effortOf(identity) };
    },
  });
  await wait.catch((error: unknown) => {
    throw error instanceof TooSlow ? new CannotRun(error.message) : error;
  });
}

async function lastLine(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}
