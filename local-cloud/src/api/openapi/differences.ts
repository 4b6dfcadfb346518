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
