/** Calls that answer only when a machine has changed. */
export type VmOperation = "createVm" | "cloneVm" | "startVm" | "stopVm" | "deleteVm" | "updateVm";

export interface LocationSetting {
  readonly slug: string;
  readonly displayName: string;
}

/** Habits of the real cloud, each a switch. Sections are those of the API reference. */
export interface LocalCloudSettings {
  /** Time a VM call blocks before the machine's own work is added (section 1). */
  readonly latencyMs: Readonly<Record<VmOperation, number>>;
  /** A new VM is listed, and a deleted one stops being listed, so much later (section 1, fact 10). */
  readonly listLagMs: number;
  /** The address that came with a VM is listed so much later than the VM (section 4.3). */
  readonly ipLagMs: number;
  /** A deleted VM is readable with status `Deleted`, a deleted address stays listed, for so long (4.2, 7). */
  readonly tombstoneMs: number;
  /** Refuse names outside the documented pattern (section 15). */
  readonly strictNames: boolean;
  /** Turn `+` in forms and queries into a space; the real one does not (section 1, fact 6). */
  readonly plusMeansSpace: boolean;
  /** Where a clone lands (section 1, fact 9). */
  readonly cloneNetwork: "default" | "source";
  /** Whether two clones of one source at a time are refused with 409; unknown of the real one. */
  readonly cloneLocksSource: boolean;
  /** Whether an account has a "Default network" from the start, as accounts that have been used do. */
  readonly startWithDefaultNetwork: boolean;
  /** Success status of VM and address creation; some clouds of the family say 201 (section 3.2). */
  readonly createdStatus: 200 | 201;
  /** Show a VM while it is being made, with status `installing` (a state that only client texts name, 4.2). */
  readonly listsUnfinishedVms: boolean;
  /** Refuse a name that another VM of the account has; nothing in any source says that it does (16). */
  readonly uniqueNames: boolean;
  /** The two spellings of the text for an unknown VM (3.2): `exists. <uuid>` and `exists: <uuid>`. */
  readonly unknownVmText: "documented" | "live";
  /** Answers of start, stop of a VM that is so already; unknown of the real one (16). */
  readonly powerInWrongState: "unchanged" | "refused";
  /** Stop answers without a body, as tyghaykal/idcloudhost-vm-resizer met at times (4.9). */
  readonly stopAnswersEmpty: boolean;
  /** Resize to the size it has (4.10). */
  readonly resizeToSame: "refused" | "ignored";
  /** Status of a VM delete (4.11). */
  readonly vmDeletedStatus: 200 | 204;
  /** What becomes of the public address of a deleted VM (section 1, fact 3). */
  readonly addressOfDeletedVm: "kept" | "released";
  /** What becomes of the boot disk of a deleted VM; InSpace removed it (4.11). */
  readonly bootDiskOfDeletedVm: "deleted" | "kept";
  /** Whether a clone comes with a public address, and behind the firewalls of its source (unknown). */
  readonly cloneGetsPublicIp: boolean;
  readonly cloneKeepsFirewalls: boolean;
  /** Bodies that assign an address takes (section 7). */
  readonly assignBody: "both" | "newer" | "older";
  /** Deleting an address that is assigned (4, article's call 4). */
  readonly deleteAssignedAddress: "allowed" | "refused";
  /** How `assigned_to` of a free address looks: live the key is missing, in the documentation it is null (7). */
  readonly unassignedKeys: "missing" | "null";
  /** Whether a VM without a public address reaches the internet; not on InSpace and CloudAxion (6). */
  readonly egressWithoutPublicIp: boolean;
  /** What may leave a VM whose firewalls have inbound rules only; unknown, so the stricter reading. */
  readonly outboundWithoutRule: "refused" | "allowed";
  /** Whether paths may name a location; one account was seen where they may not (2). */
  readonly acceptsLocations: boolean;
  /** Refusals of the VM service with status 200, as hllme/terraform-provider-idcloudhost claims (3.1). */
  readonly refusesWithStatus200: boolean;
  /** Calls a minute of an account before 429; absent: no limit (3.3). */
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

/** The same order of magnitudes, scaled down until people do not wait for them. */
export const fastSettings: LocalCloudSettings = {
  ...shared,
  latencyMs: { createVm: 300, cloneVm: 300, startVm: 50, stopVm: 100, deleteVm: 50, updateVm: 10 },
  listLagMs: 200,
  ipLagMs: 500,
  tombstoneMs: 2_000,
};

/** No waiting and no lag, for tests that are about something else. */
export const instantSettings: LocalCloudSettings = {
  ...shared,
  latencyMs: { createVm: 0, cloneVm: 0, startVm: 0, stopVm: 0, deleteVm: 0, updateVm: 0 },
  listLagMs: 0,
  ipLagMs: 0,
  tombstoneMs: 0,
};
