import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openPage } from "./browser.ts";

describe("openPage", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "browser-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("hands the address to the desktop", async () => {
    const opened = join(directory, "opened");
    writeFileSync(
      join(directory, "xdg-open"),
      `#!/bin/sh\necho "$1" >${opened}.new && mv ${opened}.new ${opened}\n`,
      {
        mode: 0o755,
      },
    );

    expect(openPage("http://127.0.0.1:4000", { PATH: `${directory}:/usr/bin:/bin` })).toBe(true);

    while (!existsSync(opened)) await delay(10);
    expect(readFileSync(opened, "utf8")).toBe("http://127.0.0.1:4000\n");
  });

  it("says so when there is no desktop", () => {
    expect(openPage("http://127.0.0.1:4000", { PATH: directory })).toBe(false);
  });
});
