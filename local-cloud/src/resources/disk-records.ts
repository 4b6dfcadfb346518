import { owns, type Tenant } from "../server/accounts.ts";
import type { CloudContext } from "../server/context.ts";
import { messageFailure } from "../server/failures.ts";
import type { DiskRecord } from "../server/records.ts";

/** A disk that can be worked on. @throws {CloudFailure} 404 */
export function findDisk({ world }: Pick<CloudContext, "world">, tenant: Tenant, uuid: string): DiskRecord {
  const disk = world.disks.get(uuid);
  if (disk === undefined || disk.deletedAtMs !== undefined || !owns(tenant, disk))
    throw messageFailure(404, "Disk not found");
  return disk;
}
