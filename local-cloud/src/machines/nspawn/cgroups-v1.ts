import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { processesUnder, removeGroups } from "./cgroup-tree.ts";
import { type Cgroups, CPU_PERIOD_US, MAX_PROCESS_COUNT } from "./cgroups.ts";

/**
 * lxcfs shows a machine as many ticks as the quota of the member's own group allows; its processes are in a
 * group below that, which allows a little less. The kernel counts a throttled run in whole timer ticks, so a
 * saturated machine seems to use up to a tick a period more than it does (measured: 2.4-4.4 points, 250 Hz). Without
 * the difference its idle counter would run backwards, which monitoring takes for a restart.
 */
const LIMITED = "limited";
const TICK_ERROR_PERCENT = 4;

/** `systemd` and `unified` hold no limits: nspawn makes groups there, which have to be ours to be removed. */
const HIERARCHIES = ["cpu", "cpuacct", "memory", "cpuset", "pids", "systemd", "unified"] as const;
type Hierarchy = (typeof HIERARCHIES)[number];

/** One mount for each controller under `/sys/fs/cgroup`, as on the machine this was tried on. */
export function createCgroupsV1(pool: string, mountPoint: string): Cgroups {
  const present = HIERARCHIES.filter((hierarchy) => existsSync(`${mountPoint}/${hierarchy}`));
  const pathOf = (hierarchy: Hierarchy, member?: string) =>
    `${mountPoint}/${hierarchy}/${pool}${member === undefined ? "" : `/${member}`}`;
  const limited = (member: string) => `${member}/${LIMITED}`;
  const set = async (hierarchy: Hierarchy, member: string, file: string, value: string | number) => {
    if (present.includes(hierarchy)) await writeFile(`${pathOf(hierarchy, member)}/${file}`, String(value));
  };
  /** A fresh cpuset is empty, and no process may enter an empty one. */
  const fillCpuset = async (member?: string) => {
    if (!present.includes("cpuset")) return;
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      await writeFile(
        `${pathOf("cpuset", member)}/${file}`,
        await readFile(`${mountPoint}/cpuset/${file}`, "utf8"),
      );
    }
  };

  return {
    version: "v1",
    async prepare(member, { memoryMib }) {
      for (const hierarchy of present) await mkdir(pathOf(hierarchy, member), { recursive: true });
      if (present.includes("cpu")) await mkdir(pathOf("cpu", limited(member)), { recursive: true });
      await fillCpuset();
      await fillCpuset(member);
      if (memoryMib === undefined) return;
      await set("memory", member, "memory.limit_in_bytes", memoryMib * 1024 * 1024);
      await set("pids", member, "pids.max", MAX_PROCESS_COUNT);
    },
    entries: (member) =>
      present.map((hierarchy) => {
        const group = hierarchy === "cpu" ? limited(member) : member;
        return `${pathOf(hierarchy, group)}/cgroup.procs`;
      }),
    async limitCpu(member, percent) {
      const both = [limited(member), member]; // a group may never allow more than the one above it
      for (const group of both) await set("cpu", group, "cpu.cfs_quota_us", -1);
      for (const group of both) await set("cpu", group, "cpu.cfs_period_us", CPU_PERIOD_US);
      if (percent === undefined) return;
      await set("cpu", member, "cpu.cfs_quota_us", quotaUs(percent));
      await set("cpu", limited(member), "cpu.cfs_quota_us", quotaUs(percent - TICK_ERROR_PERCENT));
    },
    cpuUsage: undefined,
    async processes(member) {
      const lists = await Promise.all(present.map((hierarchy) => processesUnder(pathOf(hierarchy, member))));
      return [...new Set(lists.flat())];
    },
    async remove(member) {
      for (const hierarchy of present) await removeGroups(pathOf(hierarchy, member));
    },
  };
}

function quotaUs(percent: number): number {
  return Math.round((CPU_PERIOD_US * percent) / 100);
}
