import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar";
import { buildRelease } from "./release.ts";

describe("buildRelease", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "release-"));
    mkdirSync(join(directory, "app/src"), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("bundles the named entries, the same bytes each time, and Node runs the result", () => {
    const app = join(directory, "app");
    const bundle = { "server.mjs": "./src/server.ts" };
    writeFileSync(join(app, "src/answer.ts"), "export const answer: number = 42;\n");
    writeFileSync(
      join(app, "src/server.ts"),
      'import { answer } from "./answer.ts";\nconsole.log(answer, typeof require, __dirname === import.meta.dirname);\n',
    );

    const first = buildRelease({ unit: "service", path: app, bundle }, join(directory, "build"));
    const second = buildRelease({ unit: "service", path: app, bundle }, join(directory, "again"));
    mkdirSync(join(directory, "vm"));
    extract({ sync: true, file: first.path, cwd: join(directory, "vm") });

    expect(second.sha256).toBe(first.sha256);
    expect(execFileSync("node", [join(directory, "vm/server.mjs")], { encoding: "utf8" })).toBe(
      "42 function true\n",
    );
  });

  it("packs any other folder whole and takes an archive as it is", () => {
    writeFileSync(join(directory, "app/start.sh"), "#!/bin/sh\n");
    const packed = buildRelease({ unit: "service", path: join(directory, "app") }, join(directory, "build"));
    const taken = buildRelease({ unit: "other", path: packed.path }, join(directory, "build"));

    expect(taken).toEqual({ unit: "other", path: packed.path, sha256: packed.sha256 });
  });

  it.each([
    { when: "nothing is there", path: "missing", message: /is not there/ },
    { when: "it is some other file", path: "notes.txt", message: /folder or a \.tar\.gz/ },
  ])("refuses the path when $when", ({ path, message }) => {
    writeFileSync(join(directory, "notes.txt"), "");
    expect(() => buildRelease({ unit: "service", path: join(directory, path) }, directory)).toThrow(message);
  });
});
