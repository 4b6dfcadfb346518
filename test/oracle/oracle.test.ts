import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { grafanaObjects } from "@autoscaler/alerting/grafana/objects.ts";
import { resolveSecrets } from "@autoscaler/alerting/grafana/secrets.ts";
import { everyNotification, sampleSettings } from "@autoscaler/alerting/testing/samples.ts";

const NEEDED = "Go 1.26";

/** Whether Go is there and new enough. */
function hasGo(): boolean {
  const { stdout } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  const [, major = 0, minor = 0] = /^go(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  return Number(major) > 1 || Number(minor) >= 26;
}

const objects = grafanaObjects({
  alerting: sampleSettings,
  notifications: everyNotification,
  webhookUrl: "http://127.0.0.1:4000/v1/alerts",
  prometheusUrl: "http://127.0.0.1:9090",
});
const inClear = <T>(value: T) => resolveSecrets(value, (name) => `the ${name}`);

const bodies: readonly (readonly [kind: string, name: string, body: unknown])[] = [
  ["group", "rules", objects.ruleGroup],
  ...objects.contactPoints.map(
    (point) => ["contact", `contact point ${point.type} ${point.uid}`, inClear(point)] as const,
  ),
  ...objects.dashboards.map((dashboard) => ["dashboard", dashboard.title, dashboard] as const),
  ...objects.dashboards.map(
    (dashboard) =>
      [
        "save",
        `saving ${dashboard.title}`,
        { dashboard, folderUid: objects.folder.uid, overwrite: true },
      ] as const,
  ),
];

const runsHere = hasGo();
if (!runsHere)
  process.stderr.write(`The oracle for Grafana's objects is skipped: ${NEEDED} is not on PATH.\n`);

(runsHere ? describe : describe.skip)(`Grafana's published models (needs ${NEEDED})`, () => {
  jest.setTimeout(600_000);
  let directory: string;
  let program: string;

  beforeAll(() => {
    const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "idcloudhost-autoscaler");
    mkdirSync(join(cache, "bin"), { recursive: true });
    program = join(cache, "bin/grafana-oracle");
    execFileSync("go", ["build", "-o", program, "."], { cwd: __dirname, stdio: "pipe" });
    directory = mkdtempSync(join(tmpdir(), "oracle-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function ask(kind: string, text: string): string {
    const file = join(directory, "body.json");
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(program, [`${kind}=${file}`], { encoding: "utf8" });
    return status === 0 ? "takes it" : stdout + stderr;
  }

  it.each(bodies)("%s: takes %s", (kind, _name, body) => {
    expect(ask(kind, JSON.stringify(body))).toBe("takes it");
  });

  const textOf = (wanted: string) => JSON.stringify(bodies.find(([kind]) => kind === wanted)?.[2]);
  it.each([
    {
      when: "a rule of the API has a key of the file form",
      kind: "group",
      from: '"missingSeriesEvalsToResolve"',
      to: '"missing_series_evals_to_resolve"',
    },
    { when: "a key has another case", kind: "group", from: '"noDataState"', to: '"nodatastate"' },
    {
      when: "a state does not exist",
      kind: "group",
      from: '"execErrState":"Alerting"',
      to: '"execErrState":"Fire"',
    },
    { when: "an interval is text", kind: "group", from: '"interval":10', to: '"interval":"10s"' },
    {
      when: "a type of contact point does not exist",
      kind: "contact",
      from: '"type":"webhook"',
      to: '"type":"pigeon"',
    },
    { when: "a query has an unknown key", kind: "dashboard", from: '"legendFormat"', to: '"legend_format"' },
    { when: "a panel option has an unknown key", kind: "dashboard", from: '"graphMode"', to: '"graphmode"' },
  ])("refuses when $when", ({ kind, from, to }) => {
    const text = textOf(kind);
    expect(text).toContain(from);
    expect(ask(kind, text.replace(from, to))).not.toBe("takes it");
  });
});
