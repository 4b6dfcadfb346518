import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFileAtomically } from "@autoscaler/service-kit";
import type { Target, TargetsPort } from "../loop/ports.ts";

const NODE_EXPORTER_PORT = 9100;

/** Prometheus's `file_sd` list of the pool, replaced as a whole; staged outside the folder it watches. */
export function createTargetsFile(options: {
  readonly path: string;
  readonly stagingDirectory: string;
  readonly pool: string;
}): TargetsPort {
  return {
    async write(targets) {
      await mkdir(dirname(options.path), { recursive: true });
      const content = `${JSON.stringify(
        targets.map((target) => entry(options.pool, target)),
        undefined,
        2,
      )}\n`;
      await writeFileAtomically(options.path, content, {
        stagingDirectory: options.stagingDirectory,
        mode: 0o644,
      });
    },
  };
}

function entry(pool: string, { server, role, privateIpv4 }: Target) {
  return { targets: [`${privateIpv4}:${NODE_EXPORTER_PORT}`], labels: { pool, server, role } };
}
