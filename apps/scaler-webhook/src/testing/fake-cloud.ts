import type { PublicIp, SeenVm } from "@autoscaler/scaling-core";
import type { Clock } from "@autoscaler/service-kit";
import type { CloudPort } from "../loop/ports.ts";

export interface CloudSettings {
  cloneMs: number;
  deleteMs: number;
  /** A new machine is listed, and findable by name, only after so long. */
  listLagMs: number;
  ipAfterMs: number;
  /** What becomes of the next clones, in order; when empty they work. */
  cloneFates: ("works" | "busy" | "refused" | "lost-before" | "lost-after" | "late" | "doubled")[];
  isListDown: boolean;
  /** Refuses every clone, for want of room. */
  isFull: boolean;
  /** How new machines come; one that is stopped stays so where a start is in vain. */
  newStatus: "running" | "stopped";
  isStartInVain: boolean;
  /** The private address of each new machine, in place of the lowest that is free. */
  newAddress?: string;
}

interface FakeVm extends SeenVm {
  readonly listedFromMs: number;
  readonly createdAtMs: number;
}

interface FakeIp extends PublicIp {
  assignedTo: string | undefined;
  readonly listedFromMs: number;
}

export interface FakeCloud extends CloudPort {
  readonly settings: CloudSettings;
  readonly vms: Map<string, FakeVm>;
  readonly ips: Map<string, FakeIp>;
  /** Names of the machines that were asked for, each time one was. */
  readonly cloneRequests: string[];
  readonly deletedUuids: string[];
}

/** A cloud in memory with the quirks of the real one: it blocks, its lists lag, a delete keeps the address. */
export function createFakeCloud(clock: Clock): FakeCloud {
  const vms = new Map<string, FakeVm>();
  const ips = new Map<string, FakeIp>();
  const settings: CloudSettings = {
    cloneMs: 20_000,
    deleteMs: 2_000,
    listLagMs: 3_000,
    ipAfterMs: 8_000,
    cloneFates: [],
    isListDown: false,
    isFull: false,
    newStatus: "running",
    isStartInVain: false,
  };
  const cloneRequests: string[] = [];
  const deletedUuids: string[] = [];
  let lastNumber = 0;

  const make = (name: string): SeenVm => {
    lastNumber += 1;
    const uuid = `vm-${lastNumber}`;
    const nowMs = clock.nowMs();
    const taken = new Set([...vms.values()].map(({ privateIpv4 }) => privateIpv4));
    const free = Array.from({ length: 100 }, (_, index) => `10.77.1.${100 + index}`);
    // The lowest that is free, as a cloud may do it: that of a machine that went a moment ago, too.
    const privateIpv4 = settings.newAddress ?? free.find((address) => !taken.has(address)) ?? "10.77.1.250";
    const vm = { uuid, name, status: settings.newStatus, privateIpv4 };
    vms.set(uuid, { ...vm, createdAtMs: nowMs, listedFromMs: nowMs + settings.listLagMs });
    const address = `203.0.113.${lastNumber}`;
    ips.set(address, {
      address,
      uuid: `ip-${lastNumber}`,
      assignedTo: uuid,
      listedFromMs: nowMs + settings.ipAfterMs,
    });
    return vm;
  };
  const listed = () => {
    if (settings.isListDown) throw new Error("the cloud does not answer");
    return [...vms.values()].filter(({ listedFromMs }) => clock.nowMs() >= listedFromMs).map(seen);
  };

  return {
    settings,
    vms,
    ips,
    cloneRequests,
    deletedUuids,
    listVms: async () => listed(),
    getVm: async (uuid) => {
      if (settings.isListDown) throw new Error("the cloud does not answer");
      const vm = vms.get(uuid);
      return vm === undefined ? undefined : seen(vm);
    },
    findVmByName: async (name) => listed().find((vm) => vm.name === name),
    async cloneSeed(name) {
      cloneRequests.push(name);
      const fate = settings.cloneFates.shift() ?? (settings.isFull ? "refused" : "works");
      if (fate === "busy") return { kind: "busy" };
      await clock.sleep(fate === "refused" ? 500 : settings.cloneMs);
      if (fate === "refused") return { kind: "refused", why: "out of capacity" };
      if (fate === "lost-before") return { kind: "unknown", why: "no complete answer" };
      if (fate === "late") {
        void clock.sleep(60_000).then(() => make(name));
        return { kind: "unknown", why: "time-out" };
      }
      if (fate === "doubled") make(name);
      const vm = make(name);
      return fate === "lost-after" ? { kind: "unknown", why: "no complete answer" } : { kind: "created", vm };
    },
    async startVm(uuid) {
      const vm = vms.get(uuid);
      if (vm !== undefined && !settings.isStartInVain) vms.set(uuid, { ...vm, status: "running" });
    },
    async deleteVm(uuid) {
      deletedUuids.push(uuid);
      await clock.sleep(settings.deleteMs);
      vms.delete(uuid);
      for (const ip of ips.values()) if (ip.assignedTo === uuid) ip.assignedTo = undefined;
    },
    automaticIpsOf: async (vmUuid) =>
      [...ips.values()]
        .filter(({ assignedTo, listedFromMs }) => assignedTo === vmUuid && clock.nowMs() >= listedFromMs)
        .map(({ address, uuid }) => ({ address, uuid })),
    async releaseIp({ address, uuid }) {
      if (ips.get(address)?.uuid === uuid) ips.delete(address);
    },
  };
}

function seen({ uuid, name, status, privateIpv4 }: FakeVm): SeenVm {
  return { uuid, name, status, ...(privateIpv4 === undefined ? {} : { privateIpv4 }) };
}
