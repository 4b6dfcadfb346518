import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Archive, describeArchive, packFolder } from "./archive.ts";
import { type BundleEntries, bundleApp } from "./bundle.ts";

/** What a unit runs, as it travels to a VM. */
export interface Release extends Archive {
  /** systemd unit without its suffix, and the folder's name under `/opt/autoscaler/releases`. */
  readonly unit: string;
}

export interface ReleaseSource {
  readonly unit: string;
  /** Absolute. A `.tar.gz` travels as it is; a folder is packed whole, unless `bundle` says what of it. */
  readonly path: string;
  readonly bundle?: BundleEntries;
}

/** @throws with one sentence when the path is no archive and no folder, or the bundle has an error. */
export function buildRelease({ unit, path, bundle }: ReleaseSource, buildDirectory: string): Release {
  if (!existsSync(path))
    throw new Error(`${path} is not there: give the release of ${unit} as a folder or a .tar.gz`);
  const target = join(buildDirectory, `${unit}.tar.gz`);
  if (statSync(path).isFile()) {
    if (!/\.(tar\.gz|tgz)$/.test(path)) throw new Error(`${path} must be a folder or a .tar.gz`);
    return { unit, ...describeArchive(path) };
  }
  if (bundle === undefined) return { unit, ...packFolder(path, target) };
  const bundled = join(buildDirectory, `${unit}.${process.pid}.tmp`); // two runs may build at a time
  try {
    bundleApp(path, bundle, bundled);
    return { unit, ...packFolder(bundled, target) };
  } finally {
    rmSync(bundled, { recursive: true, force: true });
  }
}
