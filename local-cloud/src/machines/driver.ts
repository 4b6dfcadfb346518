/** A machine as the cloud orders it. */
export interface MachineSpec {
  /** The VM's uuid. */
  readonly id: string;
  readonly hostName: string;
  /** As in the API; how much of a real core that is, the driver's settings say. */
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly mac: string;
  readonly networkId: string;
  /** 10.77.N.x */
  readonly privateIpv4: string;
  readonly prefixLength: number;
  /** 10.77.N.1, on the bridge. */
  readonly gatewayIpv4: string;
  /** Cloud-init user data: a JSON object as text, or `#cloud-config`. Absent for clones. */
  readonly userData?: string;
}

export interface PublicAddress {
  readonly publicIpv4: string;
  readonly privateIpv4: string;
}

/** One thing that may pass a machine's firewall. */
export interface FirewallPass {
  readonly protocol: "tcp" | "udp" | "icmp" | "any";
  /** Absent: every port. */
  readonly ports?: { readonly start: number; readonly end: number };
  /** Addresses or CIDRs of the other side; absent: everybody. */
  readonly prefixes?: readonly string[];
}

/** All that may be opened to and from a machine that is behind a firewall; answers always pass. */
export interface MachineFirewall {
  readonly privateIpv4: string;
  readonly inbound: readonly FirewallPass[];
  /** Absent: everything may leave. */
  readonly outbound?: readonly FirewallPass[];
}

/** What the cloud needs from whatever runs its machines. */
export interface MachineDriver {
  readonly name: "none" | "nspawn";
  /** Makes the bridge of a network; nothing if it is there. */
  addNetwork(network: {
    readonly id: string;
    readonly gatewayIpv4: string;
    readonly prefixLength: number;
  }): Promise<void>;
  removeNetwork(id: string): Promise<void>;
  /** Makes the machine's disk and starts it; resolves when it has been started (not booted). A failure leaves nothing behind. */
  create(spec: MachineSpec): Promise<void>;
  /** The same with a copy of the source's disk, taken while the source runs. */
  clone(spec: MachineSpec, sourceId: string): Promise<void>;
  start(id: string): Promise<void>;
  /** ACPI-like stop; `force` is a power cut. Resolves when the machine is down. */
  stop(id: string, options: { readonly force: boolean }): Promise<void>;
  /** Stops (power cut) and removes the disk; success if it is not there. */
  remove(id: string): Promise<void>;
  isRunning(id: string): Promise<boolean>;
  /** Replaces the whole 1:1 NAT table, and says whether machines without an address get out. */
  setPublicAddresses(
    addresses: readonly PublicAddress[],
    options: { readonly egressWithoutPublicIp: boolean },
  ): Promise<void>;
  /** Replaces the whole table; a machine that is not in it is open. */
  setFirewalls(firewalls: readonly MachineFirewall[]): Promise<void>;
  /** The size from the next start on; the machine is down. */
  resize(id: string, size: { readonly vcpu: number; readonly memoryMib: number }): Promise<void>;
  close(): Promise<void>;
}
