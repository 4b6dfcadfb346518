import { randomUUID } from "node:crypto";
import type { Tenant } from "../state/accounts.ts";
import { takePublicAddress } from "../state/addresses.ts";
import type { CloudContext } from "../state/context.ts";
import { messageFailure } from "../state/failures.ts";
import type { IpRecord } from "../state/records.ts";

/** A new record, not yet stored. @throws {CloudFailure} 400 when all addresses are allocated. */
export function allocateIp(
  { world, clock }: CloudContext,
  { owner, location }: Tenant,
  details: Pick<IpRecord, "name" | "assignedTo" | "listedFromMs">,
): IpRecord {
  const address = takePublicAddress(world);
  if (address === undefined) throw messageFailure(400, "No free public IP addresses.");
  const nowMs = clock.nowMs();
  const id = world.takeIpId();
  return {
    uuid: randomUUID(),
    id,
    owner,
    location,
    address,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    ...details,
  };
}

/** The record without its assignment, as after `unassign` and after its VM was deleted. */
export function freed(ip: IpRecord, nowMs: number): IpRecord {
  const { assignedTo, ...rest } = ip;
  return assignedTo === undefined ? ip : { ...rest, unassignedAtMs: nowMs, updatedAtMs: nowMs };
}
