import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describeInstance } from "@autoscaler/local-cloud/machines/nspawn/instance.ts";

/** What a run left on this machine, one line each; empty is right. Looks where a user would: ip, mount, cgroups, ps. */
export function leftovers(instance = "idch-local"): readonly string[] {
  const state = describeInstance(instance).stateDirectory;
  return [
    ...lines(execFileSync("ip", ["netns", "list"], { encoding: "utf8" }))
      .filter((line) => line.startsWith(instance))
      .map((line) => `namespace ${line}`),
    ...lines(readFileSync("/proc/self/mounts", "utf8"))
      .filter((line) => line.includes(state) || line.includes(instance))
      .map((line) => `mount ${line}`),
    ...cgroups("/sys/fs/cgroup")
      .filter((path) => path.includes(instance))
      .map((path) => `cgroup ${path}`),
    ...processes().filter((line) => line.includes(state) || line.includes(`netns/${instance}`)),
  ];
}

function cgroups(directory: string, depth = 0): readonly string[] {
  if (depth > 3) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => [`${directory}/${name}`, ...cgroups(`${directory}/${name}`, depth + 1)]);
}

function processes(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return [`process ${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`];
      } catch {
        return [];
      }
    });
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
