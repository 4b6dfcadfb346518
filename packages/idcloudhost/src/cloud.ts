import type {
  CreateVmInput,
  Disk,
  Firewall,
  FirewallInput,
  FloatingIp,
  HostPool,
  Network,
  OsImage,
  Price,
  RenameOrResizeInput,
  Vm,
} from "./types.ts";

/**
 * The cloud, one location of one account. Every failure is a `CloudError`.
 *
 * Failed reads are retried. A change is sent once, and again only when it was proven not sent; after a lost
 * answer the functions look up its outcome.
 */
export interface Cloud {
  listVms(): Promise<readonly Vm[]>;
  /** @throws not-found (`isNotFound`) for an unknown VM. A `Deleted` tombstone is returned as it is. */
  getVm(uuid: string): Promise<Vm>;
  /** @throws `CLOUD_AMBIGUOUS` when several VMs have the name. */
  findVmByName(name: string): Promise<Vm | undefined>;
  /** Returns the VM of this name if there is one, else makes it. Answers when it runs, which takes about half a minute. */
  createVm(input: CreateVmInput): Promise<Vm>;
  /** Sent once. After `outcome: "unknown"` look for the name: the clone may exist, or appear later. */
  cloneVm(input: { readonly sourceUuid: string; readonly name: string }): Promise<Vm>;
  startVm(uuid: string): Promise<Vm>;
  stopVm(uuid: string, options?: { readonly force?: boolean }): Promise<Vm>;
  /** Sends only what differs: the API refuses an unchanged size. */
  renameOrResizeVm(input: RenameOrResizeInput): Promise<Vm>;
  /** Succeeds when the VM is gone, also if another caller removed it. Its public address stays allocated: see `releaseIp`. */
  deleteVm(uuid: string): Promise<void>;

  listNetworks(): Promise<readonly Network[]>;
  getNetwork(uuid: string): Promise<Network>;
  /** Returns the network of this name if there is one, else makes it. */
  createNetwork(name: string): Promise<Network>;
  setDefaultNetwork(uuid: string): Promise<Network>;
  renameNetwork(uuid: string, name: string): Promise<Network>;
  /** Succeeds when it is gone. A default network hands the role to another one first, which is made if there is none. */
  deleteNetwork(uuid: string): Promise<void>;
  networkOfVm(vmUuid: string): Promise<Network | undefined>;

  /** Live public IPv4 addresses; deleted records and IPv6 are left out. */
  listFloatingIps(): Promise<readonly FloatingIp[]>;
  /** Returns the address of this name if there is one, else allocates one. */
  createFloatingIp(input: { readonly name: string }): Promise<FloatingIp>;
  renameFloatingIp(address: string, name: string): Promise<FloatingIp>;
  assignFloatingIp(address: string, vmUuid: string): Promise<FloatingIp>;
  unassignFloatingIp(address: string): Promise<FloatingIp>;
  publicIpsOfVm(vmUuid: string): Promise<readonly FloatingIp[]>;
  /**
   * Unassigns, deletes, proves it gone. Numbers are handed out again: with `uuid` an address that meanwhile
   * has another uuid counts as gone.
   */
  releaseIp(address: string, options?: { readonly uuid?: string }): Promise<void>;
  /**
   * Releases the unnamed addresses of a VM, those that came with it, and returns them.
   * They may be listed only after a while: waits up to `waitForOneMs` (default 0) for the first.
   * Call it before the VM is deleted; afterwards nothing ties them to it.
   */
  releaseAutomaticIpsOfVm(
    vmUuid: string,
    options?: { readonly waitForOneMs?: number },
  ): Promise<readonly FloatingIp[]>;

  listFirewalls(): Promise<readonly Firewall[]>;
  /** Returns the firewall of this name if there is one, as it is, else makes it. */
  createFirewall(input: FirewallInput): Promise<Firewall>;
  /** Replaces name and all rules. */
  replaceFirewall(uuid: string, input: FirewallInput): Promise<void>;
  /** Succeeds when it is gone, also if another caller removed it. Its VMs are then unprotected. */
  deleteFirewall(uuid: string): Promise<void>;
  assignFirewall(uuid: string, vmUuid: string): Promise<void>;
  /** Succeeds when the VM is not behind it. */
  unassignFirewall(uuid: string, vmUuid: string): Promise<void>;

  /** Disks of VMs and others; those of VMs have no name. */
  listDisks(): Promise<readonly Disk[]>;

  listHostPools(): Promise<readonly HostPool[]>;
  listOsImages(): Promise<readonly OsImage[]>;
  listPrices(): Promise<readonly Price[]>;
}
