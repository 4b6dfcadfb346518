import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CPU_PERIOD_US } from "./cgroups.ts";
import { detectCgroups } from "./detect-cgroups.ts";

const v1Hierarchies = ["cpu", "cpuacct", "memory", "cpuset", "pids", "systemd"];

describe("cgroups on a plain folder", () => {
  let mount = "";
  const read = (path: string) => readFile(join(mount, path), "utf8");

  beforeEach(async () => {
    mount = await mkdtemp(join(tmpdir(), "cgroups-"));
  });
  afterEach(() => rm(mount, { recursive: true }));

  const asV1 = async () => {
    for (const hierarchy of v1Hierarchies) await mkdir(join(mount, hierarchy));
    await writeFile(join(mount, "cpuset/cpuset.cpus"), "0-1\n");
    await writeFile(join(mount, "cpuset/cpuset.mems"), "0\n");
    return detectCgroups("pool", mount);
  };
  const asV2 = async () => {
    await writeFile(join(mount, "cgroup.controllers"), "cpu memory pids cpuset\n");
    return detectCgroups("pool", mount);
  };

  it("v1: limits memory and processes, fills the cpuset, and sets the quota a little below what is shown", async () => {
    const cgroups = await asV1();
    expect(cgroups.version).toBe("v1");
    await cgroups.prepare("vm", { memoryMib: 256 });
    await cgroups.limitCpu("vm", 25);
    expect(await read("memory/pool/vm/memory.limit_in_bytes")).toBe("268435456");
    expect(await read("cpuset/pool/cpuset.cpus")).toBe("0-1\n");
    expect(await read("cpuset/pool/vm/cpuset.mems")).toBe("0\n");
    expect(await read("cpu/pool/vm/cpu.cfs_quota_us")).toBe(String(CPU_PERIOD_US * 0.25));
    expect(await read("cpu/pool/vm/limited/cpu.cfs_quota_us")).toBe(String(CPU_PERIOD_US * 0.21));
    await cgroups.limitCpu("vm", undefined);
    expect(await read("cpu/pool/vm/limited/cpu.cfs_quota_us")).toBe("-1");
  });

  it("v1: a process enters every hierarchy that is there, for cpu the limited group", async () => {
    const cgroups = await asV1();
    const entries = cgroups.entries("vm").map((path) => path.slice(mount.length + 1));
    expect(entries).toEqual([
      "cpu/pool/vm/limited/cgroup.procs",
      ...v1Hierarchies.slice(1).map((hierarchy) => `${hierarchy}/pool/vm/cgroup.procs`),
    ]);
  });

  it("v2: writes the unified files", async () => {
    const cgroups = await asV2();
    expect(cgroups.version).toBe("v2");
    await cgroups.prepare("vm", { memoryMib: 512 });
    await cgroups.limitCpu("vm", 35);
    expect(await read("pool/cgroup.subtree_control")).toBe("+cpu +memory +pids +cpuset");
    expect(await read("pool/vm/memory.max")).toBe("536870912");
    expect(await read("pool/vm/cpu.max")).toBe(`${CPU_PERIOD_US * 0.35} ${CPU_PERIOD_US}`);
    expect(cgroups.entries("vm")).toEqual([join(mount, "pool/vm/cgroup.procs")]);
  });

  it("lists processes of all groups below, each once, and of nothing when there is nothing", async () => {
    const cgroups = await asV1();
    expect(await cgroups.processes()).toEqual([]);
    await mkdir(join(mount, "pids/pool/vm/payload"), { recursive: true });
    await writeFile(join(mount, "pids/pool/vm/cgroup.procs"), "7\n");
    await writeFile(join(mount, "pids/pool/vm/payload/cgroup.procs"), "8\n9\n");
    await mkdir(join(mount, "cpu/pool/vm"), { recursive: true });
    await writeFile(join(mount, "cpu/pool/vm/cgroup.procs"), "7\n");
    expect([...(await cgroups.processes("vm"))].sort()).toEqual([7, 8, 9]);
  });

  it("removes empty groups, the deepest first, and nothing that is not there", async () => {
    const cgroups = await asV1();
    await mkdir(join(mount, "systemd/pool/vm/payload/system.slice"), { recursive: true });
    await cgroups.remove();
    await cgroups.remove("vm");
    expect(await readdir(join(mount, "systemd"))).toEqual([]);
  });
});
