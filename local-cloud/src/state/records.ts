/** Everything that the local cloud stores. Records are replaced, never changed. */
export interface VmRecord {
  readonly uuid: string;
  /** The billing account that pays for it; other accounts do not see it. */
  readonly owner: number;
  readonly location: string;
  /** `creating` and `deleting` tell a restarted server what it has to clean up. */
  readonly phase: "creating" | "ready" | "deleting" | "deleted";
  readonly status: "running" | "stopped";
  readonly name: string;
  readonly description: string;
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly diskGb: number;
  readonly storageUuid: string;
  readonly osName: string;
  readonly osVersion: string;
  readonly networkUuid: string;
  readonly privateIpv4: string;
  readonly mac: string;
  readonly poolUuid: string;
  readonly backup: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs?: number;
  readonly listedFromMs: number;
  readonly deletedAtMs?: number;
}

export interface NetworkRecord {
  readonly uuid: string;
  readonly owner: number;
  readonly location: string;
  readonly name: string;
  /** N of 10.77.N.0/24, one of its own in the whole cloud. */
  readonly number: number;
  readonly isDefault: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface IpRecord {
  readonly uuid: string;
  readonly id: number;
  readonly owner: number;
  readonly location: string;
  readonly address: string;
  readonly name?: string;
  readonly assignedTo?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly unassignedAtMs?: number;
  readonly listedFromMs: number;
  readonly deletedAtMs?: number;
}

/** Traffic that may pass, in or out; traffic that no rule of a VM's firewalls names is dropped. */
export interface FirewallRuleRecord {
  readonly uuid: string;
  readonly protocol: "tcp" | "udp" | "icmp" | "any";
  readonly direction: "inbound" | "outbound";
  /** Absent: every port. */
  readonly ports?: { readonly start: number; readonly end: number };
  /** Absent: any peer. */
  readonly prefixes?: readonly string[];
}

export interface FirewallRecord {
  readonly uuid: string;
  readonly owner: number;
  readonly location: string;
  readonly name: string;
  readonly rules: readonly FirewallRuleRecord[];
  readonly vmUuids: readonly string[];
  readonly createdAtMs: number;
}

/** A boot disk that outlived its VM; those of VMs are part of their records. */
export interface DiskRecord {
  readonly uuid: string;
  readonly owner: number;
  readonly location: string;
  readonly sizeGb: number;
  /** The image that it was made from. */
  readonly sourceImage: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
