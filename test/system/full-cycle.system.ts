import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LoadTestResult } from "@autoscaler/load-test";
import { repositoryRoot } from "../../tools/bootstrap/places.mjs";
import { leftovers } from "./leftovers.ts";
import { npmStart } from "./start-process.ts";

describe("npm start without a terminal", () => {
  it("scales up and down under load without a failed request, and leaves nothing behind", async () => {
    const start = await npmStart();
    const { code, output } = await start.ended;

    expect({ code, end: code === 0 ? "" : output.slice(-4000) }).toEqual({ code: 0, end: "" });

    const report = join(repositoryRoot, "report");
    const { summary } = JSON.parse(await readFile(join(report, "result.json"), "utf8")) as LoadTestResult;
    expect(summary).toMatchObject({ failedRequests: 0, startInService: 1, endInService: 1 });
    expect(summary.maxInService).toBeGreaterThanOrEqual(2);
    expect(summary.totalRequests).toBeGreaterThan(100);

    const page = await readFile(join(report, "index.html"), "utf8");
    expect(page).not.toMatch(/(src|href)="https?:/);
    expect((await stat(join(report, "index.html"))).size).toBeGreaterThan(10_000);

    expect(output).toContain("0 left");
    expect(leftovers()).toEqual([]);
  });
});
