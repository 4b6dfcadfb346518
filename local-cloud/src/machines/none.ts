import type { MachineDriver, MachineFirewall, MachineSpec, PublicAddress } from "./driver.ts";

export interface NoneDriver extends MachineDriver {
  /** What it was told, for tests: ids of machines that exist, and those that run. */
  machineIds(): readonly string[];
  runningIds(): readonly string[];
  publicAddresses(): readonly PublicAddress[];
  letsOutWithoutPublicIp(): boolean;
  networkIds(): readonly string[];
  firewalls(): readonly MachineFirewall[];
  /** Size of a machine as it was last told. */
  sizeOf(id: string): { readonly vcpu: number; readonly memoryMib: number } | undefined;
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
  const sizes = new Map<string, { readonly vcpu: number; readonly memoryMib: number }>();
  let letsOut = false;
  let table: readonly PublicAddress[] = [];
  let firewalls: readonly MachineFirewall[] = [];

  async function make(call: "create" | "clone", { id, vcpu, memoryMib }: MachineSpec): Promise<void> {
    if (failing.delete(call)) throw new Error(`the driver was told to fail a ${call}`);
    sizes.set(id, { vcpu, memoryMib });
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
    create: (spec) => make("create", spec),
    clone: (spec) => make("clone", spec),
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
    async setPublicAddresses(addresses, { egressWithoutPublicIp }) {
      table = addresses;
      letsOut = egressWithoutPublicIp;
    },
    async setFirewalls(wanted) {
      firewalls = wanted;
    },
    async resize(id, { vcpu, memoryMib }) {
      sizes.set(id, { vcpu, memoryMib });
    },
    async close() {},
    machineIds: () => [...machines.keys()],
    runningIds: () => [...machines].filter(([, { running }]) => running).map(([id]) => id),
    publicAddresses: () => table,
    letsOutWithoutPublicIp: () => letsOut,
    networkIds: () => [...networks],
    firewalls: () => firewalls,
    sizeOf: (id) => sizes.get(id),
    failNext: (call) => failing.add(call),
    die: (id) => machines.set(id, { running: false }),
  };
}
