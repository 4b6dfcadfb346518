import { startTestCloud, TEST_KEY } from "@autoscaler/local-cloud/testing.ts";
import { renderReport, withoutIds } from "./report.ts";
import { LimitTooLow, type ProbeOptions, runProbe } from "./run-probe.ts";

describe("runProbe on the local cloud", () => {
  let local: Awaited<ReturnType<typeof startTestCloud>>;
  let said: string[];

  beforeEach(async () => {
    local = await startTestCloud({ change: { listLagMs: 30, ipLagMs: 60, tombstoneMs: 90 } });
    said = [];
  });
  afterEach(() => local.close());

  const run = (change: Partial<ProbeOptions> = {}) =>
    runProbe({
      apiUrl: local.url,
      apiKey: TEST_KEY,
      location: "jkt01",
      isReal: false,
      limitRupiah: 5_000,
      pollMs: 10,
      waitMs: 2_000,
      signal: new AbortController().signal,
      say: (line) => said.push(line),
      ...change,
    });

  it("holds the contract, answers questions, leaves nothing", async () => {
    const result = await run();

    expect(result.steps.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(result.findings.filter(({ answer }) => answer !== undefined).length).toBeGreaterThanOrEqual(11);
    expect(result.leftCount).toBe(0);
    expect(await local.counts()).toMatchObject({ vms: 0, ips: 0, firewalls: 0, networks: 1 });
    const answers = Object.fromEntries(result.findings.map(({ question, answer }) => [question, answer]));
    expect(answers).toMatchObject({
      "Server classes of jkt02": "Basic (default)",
      "Is + in a form read as a space": "no, + stays +",
      "Answer of a resize to the size that it has": '400 {"errors":{"Error":"No changes in vcpu or ram."}}',
      "Can an assigned address be deleted": "200 true",
      "Body of a VM delete, and how long its traces last": expect.stringMatching(
        /^200 {"success":true}; listed for/,
      ),
    });
  });

  it("creates nothing when the limit is too low, and reports the estimated cost", async () => {
    await expect(run({ limitRupiah: 100 })).rejects.toBeInstanceOf(LimitTooLow);

    expect(said[0]).toMatch(/costs at most about Rp \d+ by .*your limit is Rp 100/);
    expect(await local.counts()).toMatchObject({ vms: 0, ips: 0 });
  });

  it.each(["createVm", "cloneVm", "createFloatingIp"])(
    "removes everything when %s fails",
    async (operation) => {
      await local.send("POST", "/_local/faults", { json: { kind: "create-refused", operation } });

      const result = await run();

      expect(result.steps.some(({ failure }) => failure !== undefined)).toBe(true);
      expect(result.leftCount).toBe(0);
      expect(await local.counts()).toMatchObject({ vms: 0, ips: 0 });
    },
  );

  it("removes everything when it is interrupted", async () => {
    const interrupted = new AbortController();
    const result = await run({
      signal: interrupted.signal,
      say: (line) => line.includes("makes a VM once") && interrupted.abort(),
    });

    expect(result.leftCount).toBe(0);
    expect(await local.counts()).toMatchObject({ vms: 0, ips: 0 });
  });
});

describe("renderReport", () => {
  it("has no ids and addresses", () => {
    const secretive =
      "VM 49c039db-7bcd-4f20-9358-88c4618c547a at 203.0.113.9, 52:54:00:ee:81:fb, account 1200000001";
    expect(withoutIds(secretive)).toBe("VM <uuid> at <address>, <mac>, account <number>");
    const report = renderReport(
      {
        location: "jkt01",
        isReal: true,
        steps: [{ name: "a step", failure: secretive }],
        findings: [
          { question: "A?", answer: "yes" },
          { question: "B?", why: "no reason" },
        ],
        leftCount: 0,
      },
      "2026-01-01",
    );
    expect(report).toContain("Contract: 0 of 1 steps passed.");
    expect(report).toContain("- B?: not answered, no reason");
    expect(report).not.toMatch(/203\.0|1200000001|49c039db/);
  });
});
