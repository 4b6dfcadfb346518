/** Calls that answer only when a machine has changed. */
export type VmOperation = "createVm" | "cloneVm" | "startVm" | "stopVm" | "deleteVm" | "updateVm";

export interface LocationSetting {
  readonly slug: string;
  readonly displayName: string;
}

/** Habits of the real cloud, one switch each. The facts behind them: docs/api-facts.md. */
export interface LocalCloudSettings {
  /** How long a VM call blocks, without the machine's own work (docs/api-facts.md#vms). */
  readonly latencyMs: Readonly<Record<VmOperation, number>>;
  /** Delay until lists show a new VM, or no longer show a deleted one (docs/api-facts.md#vms). */
  readonly listLagMs: number;
  /** Delay until the address that came with a VM is listed (docs/api-facts.md#vm-create). */
  readonly ipLagMs: number;
  /** How long a deleted VM can be read with status `Deleted` and a deleted address stays listed. */
  readonly tombstoneMs: number;
  /** Refuse names outside the documented pattern (docs/api-facts.md#vm-create). */
  readonly strictNames: boolean;
  /** Turn `+` in forms and queries into a space; a sister cloud does not (docs/api-facts.md#encodings). */
  readonly plusMeansSpace: boolean;
  /** Network of a clone: the default one or its source's (docs/api-facts.md#clones). */
  readonly cloneNetwork: "default" | "source";
  /** Whether a second clone of a source at the same time is refused with 409; unknown of IDCloudHost. */
  readonly cloneLocksSource: boolean;
  /** Whether an account has a "Default network" from the start, as accounts in use do. */
  readonly startWithDefaultNetwork: boolean;
  /** Success status of creating a VM or an address; some sister clouds answer 201 (docs/api-facts.md#errors). */
  readonly createdStatus: 200 | 201;
  /** List a VM with status `installing` while it is created; only sources of clients name this state. */
  readonly listsUnfinishedVms: boolean;
  /** Refuse a name that another VM of the account has; no source records that the real cloud does. */
  readonly uniqueNames: boolean;
  /** Text for an unknown VM: `exists. <uuid>` or `exists: <uuid>` (docs/api-facts.md#vm-errors). */
  readonly unknownVmText: "documented" | "live";
  /** Answer to starting a running VM or stopping a stopped one; unknown of IDCloudHost. */
  readonly powerInWrongState: "unchanged" | "refused";
  /** Stop answers without a body, as seen at times (docs/api-facts.md#vm-power). */
  readonly stopAnswersEmpty: boolean;
  /** Answer to a resize to the present size (docs/api-facts.md#vm-update). */
  readonly resizeToSame: "refused" | "ignored";
  /** Success status of deleting a VM (docs/api-facts.md#vm-delete). */
  readonly vmDeletedStatus: 200 | 204;
  /** What becomes of the public address of a deleted VM (docs/api-facts.md#vm-delete). */
  readonly addressOfDeletedVm: "kept" | "released";
  /** What becomes of the boot disk of a deleted VM (docs/api-facts.md#disks). */
  readonly bootDiskOfDeletedVm: "deleted" | "kept";
  /** Whether a clone has a public address, and the firewalls of its source (docs/api-facts.md#clones). */
  readonly cloneGetsPublicIp: boolean;
  readonly cloneKeepsFirewalls: boolean;
  /** Bodies that `assign` accepts (docs/api-facts.md#public-addresses). */
  readonly assignBody: "both" | "newer" | "older";
  /** Whether an assigned address can be deleted (docs/api-facts.md#public-addresses). */
  readonly deleteAssignedAddress: "allowed" | "refused";
  /** `assigned_to` of a free address: missing on live clouds, null in the documentation. */
  readonly unassignedKeys: "missing" | "null";
  /** Whether a VM without a public address reaches the internet (docs/api-facts.md#guest). */
  readonly egressWithoutPublicIp: boolean;
  /** Outbound traffic of a VM whose firewalls have inbound rules only; unknown, hence refused by default. */
  readonly outboundWithoutRule: "refused" | "allowed";
  /** Whether paths may name a location; on one account they may not (docs/api-facts.md#locations). */
  readonly acceptsLocations: boolean;
  /** Refusals of the VM service with status 200, an unverified claim (docs/api-facts.md#errors). */
  readonly refusesWithStatus200: boolean;
  /** Calls a minute of an account before 429; absent: no limit (docs/api-facts.md#limits). */
  readonly callsPerMinute?: number;
  /** The first is the default. */
  readonly locations: readonly LocationSetting[];
}

/** Switches that take one of a few words or numbers. */
export const SWITCH_WORDS: Readonly<Record<string, readonly (string | number)[]>> = {
  cloneNetwork: ["default", "source"],
  createdStatus: [200, 201],
  unknownVmText: ["documented", "live"],
  powerInWrongState: ["unchanged", "refused"],
  resizeToSame: ["refused", "ignored"],
  vmDeletedStatus: [200, 204],
  addressOfDeletedVm: ["kept", "released"],
  bootDiskOfDeletedVm: ["deleted", "kept"],
  assignBody: ["both", "newer", "older"],
  deleteAssignedAddress: ["allowed", "refused"],
  unassignedKeys: ["missing", "null"],
  outboundWithoutRule: ["refused", "allowed"],
} satisfies { readonly [Name in keyof LocalCloudSettings]?: readonly LocalCloudSettings[Name][] };

const shared = {
  strictNames: true,
  plusMeansSpace: false,
  cloneNetwork: "default",
  cloneLocksSource: false,
  startWithDefaultNetwork: true,
  createdStatus: 200,
  listsUnfinishedVms: false,
  uniqueNames: false,
  unknownVmText: "documented",
  powerInWrongState: "unchanged",
  stopAnswersEmpty: false,
  resizeToSame: "refused",
  vmDeletedStatus: 200,
  addressOfDeletedVm: "kept",
  bootDiskOfDeletedVm: "deleted",
  cloneGetsPublicIp: true,
  cloneKeepsFirewalls: false,
  assignBody: "both",
  deleteAssignedAddress: "allowed",
  unassignedKeys: "missing",
  egressWithoutPublicIp: false,
  outboundWithoutRule: "refused",
  acceptsLocations: true,
  refusesWithStatus200: false,
  locations: [
    { slug: "jkt01", displayName: "SouthJKT-a" },
    { slug: "jkt02", displayName: "NorthJKT-a" },
    { slug: "jkt03", displayName: "WestJKT-a" },
    { slug: "sgp01", displayName: "Singapore" },
  ],
} as const satisfies Partial<LocalCloudSettings>;

/** Times as seen on CloudAxion (zorgatia/terraform-provider-cloudaxion docs/api-notes.md); clone by analogy. */
export const realisticSettings: LocalCloudSettings = {
  ...shared,
  latencyMs: {
    createVm: 33_000,
    cloneVm: 33_000,
    startVm: 4_000,
    stopVm: 22_000,
    deleteVm: 1_000,
    updateVm: 500,
  },
  listLagMs: 2_000,
  ipLagMs: 5_000,
  tombstoneMs: 30_000,
};

/** The same proportions, short enough for interactive use. */
export const fastSettings: LocalCloudSettings = {
  ...shared,
  latencyMs: { createVm: 300, cloneVm: 300, startVm: 50, stopVm: 100, deleteVm: 50, updateVm: 10 },
  listLagMs: 200,
  ipLagMs: 500,
  tombstoneMs: 2_000,
};

/** No delays, for tests of something else. */
export const instantSettings: LocalCloudSettings = {
  ...shared,
  latencyMs: { createVm: 0, cloneVm: 0, startVm: 0, stopVm: 0, deleteVm: 0, updateVm: 0 },
  listLagMs: 0,
  ipLagMs: 0,
  tombstoneMs: 0,
};
