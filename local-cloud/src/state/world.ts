import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomically } from "@autoscaler/service-kit/atomic-file.ts";
import type { DiskRecord, FirewallRecord, IpRecord, NetworkRecord, VmRecord } from "./records.ts";

export interface World {
  readonly vms: Map<string, VmRecord>;
  readonly networks: Map<string, NetworkRecord>;
  /** By uuid: an address can be deleted and allocated again. */
  readonly ips: Map<string, IpRecord>;
  readonly firewalls: Map<string, FirewallRecord>;
  readonly disks: Map<string, DiskRecord>;
  takeIpId(): number;
  /** Resolves when the present contents of the maps are on the disk (at once without a state file). */
  save(): Promise<void>;
  clear(): void;
}

interface StoredWorld {
  readonly version: 1;
  readonly nextIpId: number;
  readonly vms: readonly VmRecord[];
  readonly networks: readonly NetworkRecord[];
  readonly ips: readonly IpRecord[];
  /** Absent in files of earlier versions. */
  readonly firewalls?: readonly FirewallRecord[];
  readonly disks?: readonly DiskRecord[];
}

/** @throws when the state file exists but cannot be read: starting empty would forget machines that run. */
export function openWorld(stateFile: string | undefined): World {
  const stored = stateFile !== undefined && existsSync(stateFile) ? parseState(stateFile) : undefined;
  const vms = new Map(stored?.vms.map((vm) => [vm.uuid, vm]));
  const networks = new Map(stored?.networks.map((network) => [network.uuid, network]));
  const ips = new Map(stored?.ips.map((ip) => [ip.uuid, ip]));
  const firewalls = new Map(stored?.firewalls?.map((firewall) => [firewall.uuid, firewall]));
  const disks = new Map(stored?.disks?.map((disk) => [disk.uuid, disk]));
  let nextIpId = stored?.nextIpId ?? 1;
  let lastWrite: Promise<void> = Promise.resolve();
  let queuedWrite: Promise<void> | undefined;

  function write(file: string): Promise<void> {
    const content: StoredWorld = {
      version: 1,
      nextIpId,
      vms: [...vms.values()],
      networks: [...networks.values()],
      ips: [...ips.values()],
      firewalls: [...firewalls.values()],
      disks: [...disks.values()],
    };
    const stagingDirectory = `${dirname(file)}/.staging`;
    return writeFileAtomically(file, `${JSON.stringify(content, undefined, 1)}\n`, {
      stagingDirectory,
      mode: 0o600,
    });
  }

  return {
    vms,
    networks,
    ips,
    firewalls,
    disks,
    takeIpId() {
      nextIpId += 1;
      return nextIpId - 1;
    },
    save() {
      if (stateFile === undefined) return Promise.resolve();
      // A write that has not begun yet includes all changes requested meanwhile.
      queuedWrite ??= lastWrite.then(() => {
        queuedWrite = undefined;
        const written = write(stateFile);
        lastWrite = written.catch(() => undefined);
        return written;
      });
      return queuedWrite;
    },
    clear() {
      for (const map of [vms, networks, ips, firewalls, disks]) map.clear();
    },
  };
}

function parseState(file: string): StoredWorld {
  const problem = (text: string) =>
    new Error(`the local cloud's state file ${file} ${text}; run "local-cloud down" to start afresh`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw problem("cannot be read as JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Reflect.get(parsed, "version") !== 1) {
    throw problem("is of another version");
  }
  return parsed as StoredWorld;
}
