import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const REPOSITORY = join(__dirname, "../..");

/** The service is the user's own: only its folder and the configuration's default know the demo. */
describe("the demo service", () => {
  it("is known to no production code outside its folder but infra/config.ts", () => {
    const files = execFileSync(
      "git",
      ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.mjs", "*.js"],
      {
        cwd: REPOSITORY,
        encoding: "utf8",
      },
    )
      .trim()
      .split("\n")
      .filter(
        (path) => !/^(apps\/calc|test)\/|\.test\.ts$|\/testing\/|\/bench\/|^knip\.config\.js$/.test(path),
      );

    const knowing = files.filter((path) =>
      /["'`]\/calculate["'`]|apps\/calc\b/.test(readFileSync(join(REPOSITORY, path), "utf8")),
    );

    // The description of `service.path` says what the default is.
    expect(knowing).toEqual(["infra/config-shape.ts", "infra/config.ts"]);
  });
});
