/** A status that every operation of the local cloud may answer, though the file does not name it. */
export interface ExtraStatus {
  readonly status: number;
  readonly reason: string;
}

export const extraStatuses: readonly ExtraStatus[] = [
  { status: 413, reason: "a body of 1 MB is stopped by the gateway, before any service sees it" },
  {
    status: 415,
    reason: "the network service takes JSON only (section 3.2); the file says it of one operation",
  },
  { status: 500, reason: "a machine that could not be made, and the fault server-error" },
  { status: 502, reason: "the faults server-error and server-error-after" },
  { status: 503, reason: "the fault server-error" },
];

/** What is accepted or answered otherwise than the file says. */
export const otherDifferences: readonly string[] = [
  "every path is also served without its location, which then is the default one (section 2)",
  "with the switch refusesWithStatus200 the refusals of the VM service come with that status",
  "createVm refuses disk_uuid and source_uuid: a VM from a detached disk or a snapshot is not needed by anything here",
  "createDisk makes empty disks only, which are records: nothing here attaches one",
];
