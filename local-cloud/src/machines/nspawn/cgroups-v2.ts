import { mkdir, readFile, writeFile } from "node:fs/promises";
import { processesUnder, removeGroups } from "./cgroup-tree.ts";
import { type Cgroups, CPU_PERIOD_US, MAX_PROCESS_COUNT } from "./cgroups.ts";
import { parseCpuStat } from "./cpu-view.ts";

/** The controllers that a machine's limits need. */
const CONTROLLERS = "+cpu +memory +pids +cpuset";

/** One unified tree, after Documentation/admin-guide/cgroup-v2.rst of the kernel; docs/tested-on.md says where it ran. */
export function createCgroupsV2(pool: string, mountPoint: string): Cgroups {
  const root = `${mountPoint}/${pool}`;
  const pathOf = (member?: string) => (member === undefined ? root : `${root}/${member}`);

  return {
    version: "v2",
    async prepare(member, { memoryMib }) {
      await mkdir(root, { recursive: true });
      for (const parent of [mountPoint, root]) {
        await writeFile(`${parent}/cgroup.subtree_control`, CONTROLLERS);
      }
      await mkdir(pathOf(member), { recursive: true });
      if (memoryMib === undefined) return;
      await writeFile(`${pathOf(member)}/memory.max`, String(memoryMib * 1024 * 1024));
      await writeFile(`${pathOf(member)}/pids.max`, String(MAX_PROCESS_COUNT));
    },
    entries: (member) => [`${pathOf(member)}/cgroup.procs`],
    async limitCpu(member, percent) {
      const quota = percent === undefined ? "max" : Math.round((CPU_PERIOD_US * percent) / 100);
      await writeFile(`${pathOf(member)}/cpu.max`, `${quota} ${CPU_PERIOD_US}`);
    },
    cpuUsage: async (member) => parseCpuStat(await readFile(`${pathOf(member)}/cpu.stat`, "utf8")),
    processes: (member) => processesUnder(pathOf(member)),
    remove: (member) => removeGroups(pathOf(member)),
  };
}
