import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureArtifacts } from "../artifacts/ensure-artifacts.ts";
import type { Artifact } from "../artifacts/manifest.ts";
import { ensureBaseImage } from "../image/base-image.ts";
import { detectCgroups } from "../machines/nspawn/detect-cgroups.ts";
import { tryLock } from "../machines/nspawn/host/exclusive-lock.ts";
import { identityOf } from "../machines/nspawn/host/process-identity.ts";
import type { Instance } from "../machines/nspawn/instance.ts";
import { startLxcfs } from "../machines/nspawn/lxcfs.ts";
import { type MachineSettings, machineDefaults } from "../machines/nspawn/settings.ts";
import { API_ADDRESS, MIRROR_ADDRESS } from "../network/addresses.ts";
import { createNamespace } from "../network/namespace.ts";
import { CannotRun, checkHost, checkPorts } from "./checks.ts";
import { takeDown } from "./down.ts";
import { addForward, type Forward } from "./forwarding.ts";
import { livingOwner, readRecord, serviceStatus, writeRecord } from "./instance-record.ts";
import { CONTROL_MEMBER, startServices } from "./services.ts";

export type UpStage = "checks" | "cleanup" | "image" | "programs" | "network" | "services";
export type UpReport = (stage: UpStage, line: string) => void;

export interface UpOptions {
  readonly instance: Instance;
  /** `this-process`: another `up` may take over as soon as this process has ended, however. */
  readonly owner: "this-process" | "nobody";
  readonly latency: "fast" | "realistic";
  readonly forwards: readonly Forward[];
  readonly cpuQuotaPercentByVcpu?: Readonly<Record<string, number>>;
  /** Aborted: gives up before its next step, and removes what it made. */
  readonly signal?: AbortSignal;
}

export interface RunningCloud {
  readonly instance: Instance;
  /** Inside the network, without `/v1`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly mirrorUrl: string;
  readonly artifacts: readonly Artifact[];
  /** With their real ports. */
  readonly forwards: readonly Forward[];
}

export const apiKeyFile = (instance: Instance) => join(instance.stateDirectory, "api-key");
export const artifactsFile = (instance: Instance) => join(instance.stateDirectory, "artifacts.json");

/**
 * Stands the local cloud up, after removing whatever a crashed one left. Nothing of it is left when it fails.
 *
 * @throws {CannotRun} with a sentence for the user.
 */
export async function up(options: UpOptions, report: UpReport): Promise<RunningCloud> {
  const { instance } = options;
  report("checks", "checking this machine");
  complain(await checkHost(instance));
  const lock = await tryLock(`instance ${instance.name}`);
  if (lock === undefined)
    throw new CannotRun("another local-cloud command is at work: try again when it is done");
  try {
    await refuseIfRunning(instance);
    report("cleanup", "removing what an earlier run left");
    await takeDown(instance, { keepLogs: false });
    complain(await checkPorts(options.forwards));
    try {
      return await build(options, report);
    } catch (error) {
      await takeDown(instance);
      throw error;
    }
  } finally {
    await lock.release();
  }
}

async function build(options: UpOptions, report: UpReport): Promise<RunningCloud> {
  const { instance, forwards, latency } = options;
  const owner = identityOf(process.pid);
  await writeRecord(instance, { phase: "starting", ...(owner === undefined ? {} : { owner }) });
  const [imageDirectory, artifacts] = await settleBoth(
    ensureBaseImage(instance.cacheDirectory, (line) => report("image", line)),
    ensureArtifacts(instance.cacheDirectory, (line) => report("programs", line)),
  );

  options.signal?.throwIfAborted();
  report("network", "making the network");
  await createNamespace(instance.name);
  const cgroups = detectCgroups(instance.name);
  await cgroups.prepare(CONTROL_MEMBER, {});
  const lxcfsDirectory = join(instance.stateDirectory, "lxcfs");
  await startLxcfs({
    directory: lxcfsDirectory,
    stateDirectory: instance.stateDirectory,
    cgroupFiles: cgroups.entries(CONTROL_MEMBER),
  });

  options.signal?.throwIfAborted();
  report("services", "starting API and mirror");
  const apiKey = randomBytes(24).toString("base64url");
  const settings: MachineSettings = {
    ...machineDefaults,
    instance: instance.name,
    imageDirectory,
    lxcfsDirectory,
    ...(options.cpuQuotaPercentByVcpu === undefined
      ? {}
      : { cpuQuotaPercentByVcpu: options.cpuQuotaPercentByVcpu }),
  };
  const write = (file: string, content: string) => writeFile(file, content, { mode: 0o600 });
  await write(join(instance.stateDirectory, "machines.json"), `${JSON.stringify(settings, undefined, 2)}\n`);
  await write(artifactsFile(instance), `${JSON.stringify(artifacts, undefined, 2)}\n`);
  await rm(apiKeyFile(instance), { force: true });
  await write(apiKeyFile(instance), `${apiKey}\n`);
  await startServices(instance, { apiKey, latency });
  options.signal?.throwIfAborted();
  const opened: Forward[] = [];
  for (const forward of forwards) opened.push(await addForward(instance.stateDirectory, forward));

  await writeRecord(instance, {
    phase: "up",
    ...(options.owner === "this-process" && owner !== undefined ? { owner } : {}),
  });
  return {
    instance,
    apiUrl: `http://${API_ADDRESS}`,
    apiKey,
    mirrorUrl: `http://${MIRROR_ADDRESS}`,
    artifacts,
    forwards: opened,
  };
}

async function refuseIfRunning(instance: Instance): Promise<void> {
  await mkdir(instance.stateDirectory, { recursive: true, mode: 0o700 });
  const owner = await livingOwner(instance);
  if (owner !== undefined) {
    throw new CannotRun(
      `the local cloud is in use by process ${owner.pid}: stop that one first (Ctrl-C in its terminal)`,
    );
  }
  const record = await readRecord(instance);
  const detached = record?.phase === "up" && record.owner === undefined;
  if (detached && (await serviceStatus(instance, "api")).running) {
    throw new CannotRun(
      "the local cloud is up already: `local-cloud status` shows it, `local-cloud down` removes it",
    );
  }
}

/** Both run to their end, so that neither goes on behind the back of an `up` that has failed. */
async function settleBoth<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

function complain(problems: readonly string[]): void {
  if (problems.length > 0) throw new CannotRun(problems.join("\n"));
}
