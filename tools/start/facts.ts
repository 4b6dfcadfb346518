import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, release, totalmem } from "node:os";
import { detectCgroups } from "@autoscaler/local-cloud/machines/nspawn/detect-cgroups.ts";

/** What a run depends on besides this repository; shown at its start and in its report. */
export type Facts = Readonly<Record<string, string>>;

export interface PulumiFacts {
  readonly version: string;
  readonly plugins: "real" | "stand-ins";
}

export function machineFacts({ version, plugins }: PulumiFacts): Facts {
  const osRelease = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return {
    system: systemName(osRelease),
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

/** The name in the text of /etc/os-release. */
export function systemName(osRelease: string): string {
  return /^PRETTY_NAME=(["']?)(.*)\1$/m.exec(osRelease)?.[2] || "an unknown system";
}
