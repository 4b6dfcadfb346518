import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

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

  it("between the pages of docs/ lead somewhere", () => {
    const links = globSync("docs/**/*.md", { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/\]\(([a-z0-9-]+\.md)(?:#([a-z0-9-]+))?\)/g)].map(
        ([, page = "", anchor]) => ({ file, page: join(dirname(file), page).slice("docs/".length), anchor }),
      ),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(
      links.filter(
        ({ page, anchor }) =>
          !existsSync(join(root, "docs", page)) ||
          (anchor !== undefined && !anchorsOf(page).includes(anchor)),
      ),
    ).toEqual([]);
  });

  it("leave no section of a document that is elsewhere", () => {
    const files = globSync(ROOMS, {
      cwd: root,
      exclude: (path) => /(^|\/)(node_modules|\.build|repository)$/.test(path),
    });
    expect(files.length).toBeGreaterThan(300);
    expect(
      files.filter((file) => /\b[Ss]ection \d|\bDESIGN\b/.test(readFileSync(join(root, file), "utf8"))),
    ).toEqual([]);
  });

  it("of docs/design.md: each way through the code has its files in order, at most seven", () => {
    const page = readFileSync(join(root, "docs/design.md"), "utf8");
    const ways = page.slice(page.indexOf("## Three ways")).split("\n**").slice(1);
    expect(ways).toHaveLength(3);
    for (const way of ways) {
      const files = [...way.matchAll(/^\| `([^`]+)`/gm)].map(([, file = ""]) => file);
      expect(files.length).toBeLessThanOrEqual(7);
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    }
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
