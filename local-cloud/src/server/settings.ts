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
  /** The first is the default. */
  readonly locations: readonly LocationSetting[];
}

const shared = {
  strictNames: true,
  plusMeansSpace: false,
  cloneNetwork: "default",
  cloneLocksSource: false,
  startWithDefaultNetwork: true,
  createdStatus: 200,
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
