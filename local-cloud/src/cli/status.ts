import { existsSync } from "node:fs";
import { detectCgroups } from "../machines/nspawn/detect-cgroups.ts";
import { isAlive, readIdentity } from "../machines/nspawn/host/process-identity.ts";
import type { Instance } from "../machines/nspawn/instance.ts";
import { createMachineStore } from "../machines/nspawn/machine-files.ts";
import { API_ADDRESS, MIRROR_ADDRESS } from "../network/addresses.ts";
import { type Forward, listForwards } from "./forwarding.ts";
import { readRecord, type ServiceStatus, serviceNames, serviceStatus } from "./instance-record.ts";

export interface MachineStatus {
  readonly id: string;
  readonly hostName: string;
  readonly running: boolean;
  readonly processCount: number;
}

export interface CloudStatus {
  readonly instance: string;
  /** `broken`: traces of one that did not end properly; the next `up` removes them. */
  readonly state: "down" | "starting" | "up" | "broken";
  readonly stateDirectory: string;
  readonly apiUrl: string;
  readonly mirrorUrl: string;
  readonly services: readonly ServiceStatus[];
  readonly machines: readonly MachineStatus[];
  readonly forwards: readonly Forward[];
}

export async function status(instance: Instance): Promise<CloudStatus> {
  const services = await Promise.all(serviceNames.map((name) => serviceStatus(instance, name)));
  return {
    instance: instance.name,
    state: await stateOf(instance, services),
    stateDirectory: instance.stateDirectory,
    apiUrl: `http://${API_ADDRESS}`,
    mirrorUrl: `http://${MIRROR_ADDRESS}`,
    services,
    machines: await machinesOf(instance),
    forwards: await listForwards(instance.stateDirectory).catch(() => []),
  };
}

async function stateOf(
  instance: Instance,
  services: readonly ServiceStatus[],
): Promise<CloudStatus["state"]> {
  const record = await readRecord(instance);
  const there = existsSync(instance.namespacePath) || services.some(({ running }) => running);
  if (record === undefined) return there ? "broken" : "down";
  if (record.owner !== undefined && !isAlive(record.owner)) return "broken";
  if (record.phase === "starting") return "starting";
  return services.every(({ running }) => running) ? "up" : "broken";
}

async function machinesOf(instance: Instance): Promise<readonly MachineStatus[]> {
  const store = createMachineStore(instance.stateDirectory);
  const cgroups = detectCgroups(instance.name);
  return Promise.all(
    (await store.list()).map(async (id) => {
      const identity = await readIdentity(store.filesOf(id).identityFile);
      const hostName = await store.read(id).then(
        (machine) => machine.hostName,
        () => "",
      );
      const processCount = (await cgroups.processes(id)).length;
      return { id, hostName, running: identity !== undefined && isAlive(identity), processCount };
    }),
  );
}
