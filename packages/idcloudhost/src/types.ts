/** A virtual machine. It holds neither the public address nor the network (docs/api-facts.md#vms). */
export interface Vm {
  readonly uuid: string;
  readonly name: string;
  /** `running`, `stopped`, `Deleted` (a tombstone); treat every other text as "not settled yet". */
  readonly status: string;
  readonly vcpu?: number;
  readonly memoryMib?: number;
  /** All disks together. */
  readonly diskGb?: number;
  /** Absent when the row lacks them: nothing is known of its disks. */
  readonly diskUuids?: readonly string[];
  readonly privateIpv4?: string;
  readonly mac?: string;
  readonly createdAtMs?: number;
  readonly description?: string;
}

/** A private network (VPC). */
export interface Network {
  readonly uuid: string;
  readonly name: string;
  readonly isDefault: boolean;
  /** CIDR, given by the platform. */
  readonly subnet?: string;
  readonly vmUuids: readonly string[];
}

/** A public IPv4 address that is allocated, hence billed. Compare `uuid`, not only `address`: numbers are re-used. */
export interface FloatingIp {
  readonly address: string;
  readonly uuid: string;
  /** Absent on an address that came with a VM by itself. */
  readonly name?: string;
  /** The VM's (or load balancer's) uuid; absent while free. */
  readonly assignedTo?: string;
}

export interface Disk {
  readonly uuid: string;
  /** Absent on the boot disk of a VM. */
  readonly name?: string;
  readonly sizeGb: number;
}

/** A server class. Limits are absent where the platform does not list them. */
export interface HostPool {
  readonly uuid: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly vcpu?: Range;
  readonly memoryMib?: Range;
  readonly diskGb?: Range;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface OsImage {
  readonly osName: string;
  readonly versions: readonly string[];
}

/** One row of the operator's price list. */
export interface Price {
  /** `CPU`, `RAM`, `STORAGE`, `UNASSIGNED_FLOATING_IP`, ... */
  readonly resourceType: string;
  readonly rupiahPerHour: number;
  /** Number of units the price is for; absent: one. */
  readonly unitVcpu?: number;
  /** Memory the price is for; absent: 1024 MiB. */
  readonly unitMemoryMib?: number;
}

export interface CreateVmInput {
  /** Unique: it is how a VM is found again when the answer gets lost. */
  readonly name: string;
  readonly osName: string;
  /** Exactly as in `listOsImages`, for example `22.04-lts`. */
  readonly osVersion: string;
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly diskGb: number;
  /** Whether a public address is allocated, and billed, along with the VM. It outlives the VM. */
  readonly reservePublicIp: boolean;
  /** Absent: the account's default network. Cannot be changed later. */
  readonly networkUuid?: string;
  /** User data as text: a JSON object, or `#cloud-config`. */
  readonly cloudInit?: string;
  readonly description?: string;
}

export interface RenameOrResizeInput {
  readonly uuid: string;
  readonly name?: string;
  /** With `memoryMib`; the VM must be stopped. */
  readonly vcpu?: number;
  readonly memoryMib?: number;
}

/** Traffic that may pass; traffic that no rule names is dropped. */
export interface FirewallRule {
  /** `tcp`, `udp`, `icmp`; `any` is what one client sends, and not documented. */
  readonly protocol: string;
  readonly direction: "inbound" | "outbound";
  /** Absent: every port. */
  readonly portStart?: number;
  /** Absent: only `portStart`. */
  readonly portEnd?: number;
  /** Addresses or CIDRs of the other side; absent: any peer. */
  readonly prefixes?: readonly string[];
}

export interface FirewallInput {
  /** Unique: it is how a firewall is found again when the answer gets lost. */
  readonly name: string;
  readonly rules: readonly FirewallRule[];
}

export interface Firewall extends FirewallInput {
  readonly uuid: string;
  /** VMs behind it. A VM may be behind several: what any of them lets through passes. */
  readonly vmUuids: readonly string[];
}
