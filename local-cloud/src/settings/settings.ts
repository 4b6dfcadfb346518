import type { Shaped } from "@autoscaler/shape";
import { Type } from "typebox";

const flag = Type.Boolean();
const count = Type.Integer({ minimum: 0 });
/** Calls that answer only when a machine has changed. */
const Latencies = Type.Object({
  createVm: count,
  cloneVm: count,
  startVm: count,
  stopVm: count,
  deleteVm: count,
  updateVm: count,
});
const Location = Type.Object({ slug: Type.String(), displayName: Type.String() });

/** Habits of the real cloud, one switch each. The facts behind them: docs/api-facts.md. */
export const SettingsShape = Type.Object({
  /** How long a VM call blocks, without the machine's own work (docs/api-facts.md#vms). */
  latencyMs: Latencies,
  /** Delay until lists show a new VM, or no longer show a deleted one (docs/api-facts.md#vms). */
  listLagMs: count,
  /** Delay until the address that came with a VM is listed (docs/api-facts.md#vm-create). */
  ipLagMs: count,
  /** How long a deleted VM can be read with status `Deleted` and a deleted address stays listed. */
  tombstoneMs: count,
  /** Refuse names outside the documented pattern (docs/api-facts.md#vm-create). */
  strictNames: flag,
  /** Turn `+` in forms and queries into a space; a sister cloud does not (docs/api-facts.md#encodings). */
  plusMeansSpace: flag,
  /** Network of a clone: the default one or its source's (docs/api-facts.md#clones). */
  cloneNetwork: Type.Enum(["default", "source"]),
  /** Whether a second clone of a source at the same time is refused with 409; unknown of IDCloudHost. */
  cloneLocksSource: flag,
  /** Whether an account has a "Default network" from the start, as accounts in use do. */
  startWithDefaultNetwork: flag,
  /** Success status of creating a VM or an address; some sister clouds answer 201 (docs/api-facts.md#errors). */
  createdStatus: Type.Enum([200, 201]),
  /** List a VM with status `installing` while it is created; only sources of clients name this state. */
  listsUnfinishedVms: flag,
  /** Refuse a name that another VM of the account has; no source records that the real cloud does. */
  uniqueNames: flag,
  /** Text for an unknown VM: `exists. <uuid>` or `exists: <uuid>` (docs/api-facts.md#vm-errors). */
  unknownVmText: Type.Enum(["documented", "live"]),
  /** Answer to starting a running VM or stopping a stopped one; unknown of IDCloudHost. */
  powerInWrongState: Type.Enum(["unchanged", "refused"]),
  /** Stop answers without a body, as seen at times (docs/api-facts.md#vm-power). */
  stopAnswersEmpty: flag,
  /** Answer to a resize to the present size (docs/api-facts.md#vm-update). */
  resizeToSame: Type.Enum(["refused", "ignored"]),
  /** Success status of deleting a VM (docs/api-facts.md#vm-delete). */
  vmDeletedStatus: Type.Enum([200, 204]),
  /** What becomes of the public address of a deleted VM (docs/api-facts.md#vm-delete). */
  addressOfDeletedVm: Type.Enum(["kept", "released"]),
  /** What becomes of the boot disk of a deleted VM (docs/api-facts.md#disks). */
  bootDiskOfDeletedVm: Type.Enum(["deleted", "kept"]),
  /** Whether a clone has a public address, and the firewalls of its source (docs/api-facts.md#clones). */
  cloneGetsPublicIp: flag,
  cloneKeepsFirewalls: flag,
  /** Bodies that `assign` accepts (docs/api-facts.md#public-addresses). */
  assignBody: Type.Enum(["both", "newer", "older"]),
  /** Whether an assigned address can be deleted (docs/api-facts.md#public-addresses). */
  deleteAssignedAddress: Type.Enum(["allowed", "refused"]),
  /** `assigned_to` of a free address: missing on live clouds, null in the documentation. */
  unassignedKeys: Type.Enum(["missing", "null"]),
  /** Whether a VM without a public address reaches the internet (docs/api-facts.md#guest). */
  egressWithoutPublicIp: flag,
  /** Outbound traffic of a VM whose firewalls have inbound rules only; unknown, hence refused by default. */
  outboundWithoutRule: Type.Enum(["refused", "allowed"]),
  /** Whether paths may name a location; on one account they may not (docs/api-facts.md#locations). */
  acceptsLocations: flag,
  /** Refusals of the VM service with status 200, an unverified claim (docs/api-facts.md#errors). */
  refusesWithStatus200: flag,
  /** Calls a minute of an account before 429; absent: no limit (docs/api-facts.md#limits). */
  callsPerMinute: Type.Optional(count),
  /** The first is the default. */
  locations: Type.Array(Location, { minItems: 1, allowed: "a list of {slug, displayName}" }),
});

/** Switches that are changed by hand: any of them, of the latencies too. */
export const SwitchesShape = Type.Partial(
  Type.Object({ ...SettingsShape.properties, latencyMs: Type.Partial(Latencies) }),
);

export type LocalCloudSettings = Shaped<typeof SettingsShape>;
export type LocationSetting = LocalCloudSettings["locations"][number];
export type VmOperation = keyof LocalCloudSettings["latencyMs"];

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
