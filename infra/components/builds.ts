import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildRelease, bundleText, type Release } from "@autoscaler/provisioning";
import type { ServiceConfig } from "../config.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const BUILD_DIRECTORY = join(REPOSITORY, ".build/releases");
const SERVER_ONLY = { "server.mjs": "./src/server.ts" };

export interface Builds {
  readonly service: Release;
  readonly lbAgent: Release;
  readonly scaler: Release;
  /** Bundles the program that puts our objects into the Grafana of the monitor VM, where there is one. */
  readonly grafanaApply: () => string;
  /** The program that writes the list of SSH keys onto the clones. */
  readonly authorizeOnClones: string;
}

/** Bundles what goes onto the machines, under a second; equal sources give equal archives. */
export function buildAll({ path, bundle }: ServiceConfig): Builds {
  const app = (unit: string) =>
    buildRelease({ unit, path: join(REPOSITORY, "apps", unit), bundle: SERVER_ONLY }, BUILD_DIRECTORY);
  const servicePath = isAbsolute(path) ? path : join(REPOSITORY, path);
  return {
    service: buildRelease(
      { unit: "service", path: servicePath, ...(bundle === undefined ? {} : { bundle }) },
      BUILD_DIRECTORY,
    ),
    lbAgent: app("lb-agent"),
    scaler: app("scaler-webhook"),
    authorizeOnClones: bundleText(
      join(REPOSITORY, "packages/provisioning"),
      "./src/on-vm/authorize-on-clones.ts",
    ),
    grafanaApply: () => bundleText(join(REPOSITORY, "packages/alerting"), "./src/on-vm/grafana-apply.ts"),
  };
}
