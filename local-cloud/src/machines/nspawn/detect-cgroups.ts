import { existsSync } from "node:fs";
import type { Cgroups } from "./cgroups.ts";
import { createCgroupsV1 } from "./cgroups-v1.ts";
import { createCgroupsV2 } from "./cgroups-v2.ts";

/** The cgroups of this machine, for the pool of an instance. */
export function detectCgroups(pool: string, mountPoint = "/sys/fs/cgroup"): Cgroups {
  return existsSync(`${mountPoint}/cgroup.controllers`)
    ? createCgroupsV2(pool, mountPoint)
    : createCgroupsV1(pool, mountPoint);
}
