import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleText } from "@autoscaler/provisioning";
import { sampleObjects } from "../grafana-api/testing/sample-objects.ts";
import { type GrafanaStandIn, startGrafanaStandIn } from "../grafana-api/testing/stand-in.ts";

const PASSWORD = "adm1n-passw0rd";

describe("grafana-apply, as it runs on the monitor VM", () => {
  let directory: string;
  let grafana: GrafanaStandIn;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "grafana-apply-"));
    const program = bundleText(join(__dirname, "../.."), "./src/on-vm/grafana-apply.ts");
    writeFileSync(join(directory, "grafana-apply.mjs"), program);
    expect(program.length).toBeLessThan(40_000);
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  beforeEach(async () => {
    writeFileSync(join(directory, "password"), PASSWORD);
    grafana = await startGrafanaStandIn({ login: { kind: "password", password: PASSWORD } });
  });
  afterEach(() => grafana.close());

  function apply(input: string): Promise<{ readonly code: number; readonly output: string }> {
    const options = ["--url", grafana.url, "--password-file", join(directory, "password")];
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [join(directory, "grafana-apply.mjs"), ...options],
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
      child.stdin?.end(input);
    });
  }

  it("puts everything on standard input into Grafana, twice with the same end", async () => {
    const said = { code: 0, output: "Grafana holds 2 rules, 2 contact points and 1 dashboards\n" };

    expect(await apply(JSON.stringify(sampleObjects))).toEqual(said);
    expect(await apply(JSON.stringify(sampleObjects))).toEqual(said);

    expect([grafana.contactPoints.size, grafana.groups.size, grafana.dashboards.size]).toEqual([2, 1, 1]);
  });

  it("fails with Grafana's own words", async () => {
    grafana.refuseOnce("POST /api/dashboards/db", 400, "Dashboard title cannot be empty");

    expect(await apply(JSON.stringify(sampleObjects))).toEqual({
      code: 1,
      output:
        "grafana-apply: Grafana answers 400 to POST /api/dashboards/db: Dashboard title cannot be empty\n",
    });
  });

  it("says what to do when the password is another one", async () => {
    writeFileSync(join(directory, "password"), "other");
    const { code, output } = await apply(JSON.stringify(sampleObjects));

    expect(code).toBe(1);
    expect(output).toMatch(/401 .*reset-admin-password/);
    expect(output).not.toContain("other");
  });

  it.each(["", "{", '{"contactPoints":"smtp-secret"}'])(
    "does not repeat what it cannot read: %j",
    async (input) => {
      const { code, output } = await apply(input);

      expect(code).toBe(1);
      expect(output).toBe("grafana-apply: what Grafana is to hold is not of the expected shape\n");
    },
  );
});
