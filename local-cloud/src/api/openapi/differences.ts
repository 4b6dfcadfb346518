/** A status that every operation of the local cloud may answer, although the file does not list it. */
export interface ExtraStatus {
  readonly status: number;
  readonly reason: string;
}

export const extraStatuses: readonly ExtraStatus[] = [
  { status: 413, reason: "a body of 1 MB is refused by the gateway, before it reaches a service" },
  {
    status: 415,
    reason:
      "the network service takes JSON only (docs/api-facts.md#encodings); the file lists it for one operation",
  },
  { status: 500, reason: "a machine that could not be made, and the fault server-error" },
  { status: 502, reason: "the faults server-error and server-error-after" },
  { status: 503, reason: "the fault server-error" },
];

/** Where the local cloud accepts or answers something that the file does not describe. */
export const otherDifferences: readonly string[] = [
  "every path is also served without its location, which means the default one (docs/api-facts.md#locations)",
  "with the switch refusesWithStatus200 the refusals of the VM service come with that status",
  "createVm refuses disk_uuid and source_uuid: a VM from a detached disk or a snapshot is not needed by anything here",
  "createDisk makes empty disks only, which are records: nothing here attaches one",
];
