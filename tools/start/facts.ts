import { availableParallelism, release, totalmem } from "node:os";
import { detectCgroups } from "@autoscaler/local-cloud/machines/nspawn/detect-cgroups.ts";
import { readOsRelease, systemOf } from "../bootstrap/system-packages.mjs";

/** What a run depends on besides this repository; shown at its start and in its report. */
export type Facts = Readonly<Record<string, string>>;

export interface PulumiFacts {
  readonly version: string;
  readonly plugins: "real" | "stand-ins";
}

export function machineFacts({ version, plugins }: PulumiFacts): Facts {
  return {
    system: systemOf(readOsRelease()).name,
    kernel: release(),
    cgroups: detectCgroups("none").version,
    cores: String(availableParallelism()),
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    node: process.version,
    pulumi: version,
    plugins:
      plugins === "real" ? "Pulumi's own" : "this repository's stand-ins for Pulumi's random and command",
  };
}
