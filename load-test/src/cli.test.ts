import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { type FakeService, startFakeService } from "./testing/fake-service.ts";

describe("cli.ts", () => {
  jest.setTimeout(30_000);
  let directory: string;
  let service: FakeService;

  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/load-test-`);
    service = await startFakeService((response, count) => response.writeHead(count === 2 ? 500 : 200).end());
  });
  afterEach(async () => {
    await service.close();
    await rm(directory, { recursive: true });
  });

  it("runs, prints plain lines without a terminal, writes both files, and exits 1 for --fail-on-errors", async () => {
    const facts = ["--fact", "kernel=6.1", "--fact", "system=Debian 12"];
    const short = [
      ...["--peak-rps", "12", "--time-scale", "0.002", "--out", `${directory}/report`],
      ...facts,
    ];
    const run = await cli("--url", service.url, ...short, "--json", "--fail-on-errors");

    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ failedRequests: 1, failureKinds: { "status-500": 1 } });
    expect(run.stderr).not.toContain("\u001b");
    expect(run.stderr).toContain(`Report: ${directory}/report/index.html`);
    expect(JSON.parse(await readFile(`${directory}/report/result.json`, "utf8"))).toMatchObject({
      schemaVersion: 1,
      facts: { kernel: "6.1", system: "Debian 12" },
    });
    expect(await readFile(`${directory}/report/index.html`, "utf8")).toContain("<!doctype html>");
  });

  it("writes the report of what was done when it is interrupted, and exits 130", async () => {
    const child = start("--url", service.url, "--peak-rps", "60", "--out", `${directory}/report`);
    while (service.bodies.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    const [code] = await once(child, "exit");

    expect(code).toBe(130);
    expect(JSON.parse(await readFile(`${directory}/report/result.json`, "utf8"))).toMatchObject({
      interrupted: true,
    });
  });

  it.each([
    { when: "the URL is missing", args: [], says: "--url" },
    { when: "the URL is none", args: ["--url", "203.0.113.10"], says: "http or https URL" },
    {
      when: "the rate is negative",
      args: ["--url", "http://x", "--peak-rps", "-1"],
      says: "a number above 0",
    },
    {
      when: "the scenario is unknown",
      args: ["--url", "http://x", "--scenario", "nope"],
      says: "article-ramp",
    },
    { when: "the body is no JSON", args: ["--url", "http://x", "--body", "{"], says: "JSON" },
    {
      when: "the token is missing",
      args: ["--url", "http://x", "--scaler-url", "http://y"],
      says: "--scaler-token-file",
    },
    {
      when: "the token file is missing",
      args: ["--url", "http://x", "--scaler-url", "http://y", "--scaler-token-file", "/nope"],
      says: "cannot read the token",
    },
  ])("exits 2 with one sentence when $when", async ({ args, says }) => {
    const run = await cli(...args);

    expect(run.code).toBe(2);
    expect(run.stderr).toContain(says);
    expect(run.stderr).not.toContain(" at ");
  });
});

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [`${__dirname}/cli.ts`, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function cli(...args: readonly string[]) {
  const child = start(...args);
  const [stdout, stderr, [code]] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, "exit"),
  ]);
  return { stdout, stderr, code };
}

async function readAll(stream: AsyncIterable<unknown> | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}
