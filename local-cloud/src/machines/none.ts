import type { MachineDriver, PublicAddress } from "./driver.ts";

export interface NoneDriver extends MachineDriver {
  /** What it was told, for tests: ids of machines that exist, and those that run. */
  machineIds(): readonly string[];
  runningIds(): readonly string[];
  publicAddresses(): readonly PublicAddress[];
  networkIds(): readonly string[];
  /** Makes the next call of this kind fail. */
  failNext(call: "create" | "clone"): void;
  /** A machine that goes down by itself, as after `poweroff` in the guest. */
  die(id: string): void;
}

/** Machines that are only remembered: for tests, where the API is what counts. */
export function createNoneDriver(): NoneDriver {
  const machines = new Map<string, { readonly running: boolean }>();
  const networks = new Set<string>();
  const failing = new Set<string>();
  let table: readonly PublicAddress[] = [];

  async function make(call: "create" | "clone", id: string): Promise<void> {
    if (failing.delete(call)) throw new Error(`the driver was told to fail a ${call}`);
    machines.set(id, { running: true });
  }

  return {
    name: "none",
    async addNetwork({ id }) {
      networks.add(id);
    },
    async removeNetwork(id) {
      networks.delete(id);
    },
    create: ({ id }) => make("create", id),
    clone: ({ id }) => make("clone", id),
    async start(id) {
      machines.set(id, { running: true });
    },
    async stop(id) {
      if (machines.has(id)) machines.set(id, { running: false });
    },
    async remove(id) {
      machines.delete(id);
    },
    async isRunning(id) {
      return machines.get(id)?.running ?? false;
    },
    async setPublicAddresses(addresses) {
      table = addresses;
    },
    async close() {},
    machineIds: () => [...machines.keys()],
    runningIds: () => [...machines].filter(([, { running }]) => running).map(([id]) => id),
    publicAddresses: () => table,
    networkIds: () => [...networks],
    failNext: (call) => failing.add(call),
    die: (id) => machines.set(id, { running: false }),
  };
}
