import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file.ts";

describe("writeFileAtomically", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "atomic-"));
    await mkdir(join(root, "watched"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("replaces the file with the exact mode and leaves no stage behind", async () => {
    const target = join(root, "watched", "a.yaml");
    const options = { stagingDirectory: join(root, "staging"), mode: 0o640 };

    await writeFileAtomically(target, "one", options);
    await writeFileAtomically(target, "two", options);

    expect(await readFile(target, "utf8")).toBe("two");
    expect((await stat(target)).mode & 0o777).toBe(0o640);
    expect(await readdir(join(root, "staging"))).toEqual([]);
    expect(await readdir(join(root, "watched"))).toEqual(["a.yaml"]);
  });

  it("keeps the old content and cleans up when the target cannot be replaced", async () => {
    const target = join(root, "watched", "folder");
    await mkdir(join(target, "full"), { recursive: true });

    await expect(
      writeFileAtomically(target, "text", { stagingDirectory: join(root, "staging"), mode: 0o600 }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/) });

    expect(await readdir(join(root, "staging"))).toEqual([]);
  });
});
