import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseJson, writeFileAtomically } from "@autoscaler/service-kit";
import { isAlive, type ProcessIdentity, readIdentity } from "../machines/nspawn/host/process-identity.ts";
import type { Instance } from "../machines/nspawn/instance.ts";

/** Who has an instance: a process that will take it down itself, or nobody (`local-cloud up` has ended). */
export interface InstanceRecord {
  readonly phase: "starting" | "up";
  readonly owner?: ProcessIdentity;
}

const recordFile = (instance: Instance) => join(instance.stateDirectory, "instance.json");

export async function readRecord(instance: Instance): Promise<InstanceRecord | undefined> {
  const text = await readFile(recordFile(instance), "utf8").catch(() => "");
  return parseJson(text) as InstanceRecord | undefined; // in half of something there is nothing to respect
}

export async function writeRecord(instance: Instance, record: InstanceRecord): Promise<void> {
  await writeFileAtomically(recordFile(instance), `${JSON.stringify(record)}\n`, {
    stagingDirectory: instance.stateDirectory,
    mode: 0o600,
  });
}

export async function removeRecord(instance: Instance): Promise<void> {
  await rm(recordFile(instance), { force: true });
}

/** Another process than this one that has the instance and still runs. */
export async function livingOwner(instance: Instance): Promise<ProcessIdentity | undefined> {
  const owner = (await readRecord(instance))?.owner;
  return owner !== undefined && owner.pid !== process.pid && isAlive(owner) ? owner : undefined;
}

/** The names of the cloud's own processes; `<name>.process` and `<name>.log` are their files. */
export const serviceNames = ["lxcfs", "mirror", "api", "forward-inside", "forward-host"] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly pid?: number;
  readonly running: boolean;
}

export async function serviceStatus(instance: Instance, name: ServiceName): Promise<ServiceStatus> {
  const identity = await readIdentity(join(instance.stateDirectory, `${name}.process`));
  if (identity === undefined) return { name, running: false };
  return { name, pid: identity.pid, running: isAlive(identity) };
}
