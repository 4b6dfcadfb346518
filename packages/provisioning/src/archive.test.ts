import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { packFolder } from "./archive.ts";

describe("packFolder", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pack-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function folder(name: string, order: readonly string[]): string {
    const path = join(directory, name);
    mkdirSync(join(path, "lib"), { recursive: true });
    for (const file of order) writeFileSync(join(path, file), `content of ${file}`);
    return path;
  }

  it("gives equal bytes for equal contents, whatever the order, the times and the target's name", () => {
    const first = folder("first", ["server.mjs", "lib/a.mjs", "a.txt"]);
    const second = folder("second", ["a.txt", "lib/a.mjs", "server.mjs"]);
    utimesSync(join(second, "a.txt"), 1_000, 1_000);

    const one = packFolder(first, join(directory, "out/one.tar.gz"));
    const two = packFolder(second, join(directory, "out/two.tar.gz"));

    expect(two.sha256).toBe(one.sha256);
  });

  it("gives other bytes when a file or an executable bit changes", () => {
    const source = folder("source", ["a.txt"]);
    const before = packFolder(source, join(directory, "a.tar.gz"));
    chmodSync(join(source, "a.txt"), 0o755);
    const executable = packFolder(source, join(directory, "b.tar.gz"));
    writeFileSync(join(source, "a.txt"), "other");
    const other = packFolder(source, join(directory, "c.tar.gz"));

    expect(new Set([before.sha256, executable.sha256, other.sha256]).size).toBe(3);
  });

  it("holds plain relative names", () => {
    const packed = packFolder(folder("source", ["server.mjs", "lib/a.mjs"]), join(directory, "a.tar.gz"));
    const names: string[] = [];
    list({ sync: true, file: packed.path, onReadEntry: (entry) => names.push(entry.path) });

    expect(names).toEqual(["lib/a.mjs", "server.mjs"]);
  });

  it("refuses an empty folder", () => {
    mkdirSync(join(directory, "empty"));
    expect(() => packFolder(join(directory, "empty"), join(directory, "a.tar.gz"))).toThrow(/no files/);
  });
});
