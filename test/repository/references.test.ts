import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const ROOMS = "{apps,packages,infra,cloud-init,local-cloud,load-test,tools,test}/**/*.{ts,mjs,py,sh,yaml,md}";

describe("references to documents", () => {
  it("name a heading that exists", () => {
    const files = globSync(ROOMS, {
      cwd: root,
      exclude: (path) => /(^|\/)(node_modules|\.build)$/.test(path),
    });
    const references = files.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/\bdocs\/([a-z-]+\.md)#([a-z0-9-]+)/g)].map(
        ([, page = "", anchor = ""]) => ({ file, page, anchor }),
      ),
    );
    expect(references).toContainEqual(expect.objectContaining({ page: "api-facts.md" }));
    expect(references.filter(({ page, anchor }) => !anchorsOf(page).includes(anchor))).toEqual([]);
  });

  it("leave no section of a document that is elsewhere", () => {
    const rooms = ["api", "state", "settings", "faults", "page"].map((room) => `local-cloud/src/${room}`);
    const files = globSync(`{${[...rooms, "packages/idcloudhost/src", "tools/probe"].join(",")}}/**/*.ts`, {
      cwd: root,
    });
    expect(files.length).toBeGreaterThan(100);
    expect(
      files.filter((file) => /\b[Ss]ection \d|\bDESIGN\b/.test(readFileSync(join(root, file), "utf8"))),
    ).toEqual([]);
  });
});

/** Anchors as GitHub makes them from headings; none for a page that does not exist. */
function anchorsOf(page: string): readonly string[] {
  const [path] = globSync(`docs/${page}`, { cwd: root });
  if (path === undefined) return [];
  return [...readFileSync(join(root, path), "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}
