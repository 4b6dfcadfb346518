import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { create } from "tar";

export interface Archive {
  /** Absolute path of the tar.gz. */
  readonly path: string;
  /** Lower-case hexadecimal SHA-256 of the file. */
  readonly sha256: string;
}

/**
 * Packs a folder into `target` so that equal contents give equal bytes: sorted names, no owners, no times.
 * Otherwise every `pulumi up` would deliver every release again.
 *
 * @throws when the folder is missing or empty; `target` is then unchanged.
 */
export function packFolder(folder: string, target: string): Archive {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  if (names.length === 0) throw new Error(`${folder} has no files to pack`);
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}.tmp`;
  create(
    {
      sync: true,
      file: unfinished,
      cwd: folder,
      portable: true,
      mtime: new Date(0),
      gzip: { level: 9 },
      noDirRecurse: true,
    },
    names,
  );
  renameSync(unfinished, target);
  return describeArchive(target);
}

/** An archive that is already there. @throws when it cannot be read. */
export function describeArchive(path: string): Archive {
  return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
}
