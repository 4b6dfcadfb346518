import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notifications } from "../model/notifications.ts";
import type { AlertingSettings } from "../model/settings.ts";
import { type FileStandIn, startFileStandIn } from "../testing/file-stand-in.ts";
import { everyNotification, sampleSettings } from "../testing/samples.ts";
import { grafanaObjects } from "./objects.ts";
import { wantedFiles } from "./wanted-files.ts";

const PROGRAM = join(__dirname, "../../../cloud-init/grafana-apply.py");
const PASSWORD = "adm1n-passw0rd";

describe("grafana-apply", () => {
  let home: string;
  let grafana: FileStandIn;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "grafana-"));
    writeFileSync(join(home, "password"), PASSWORD);
    grafana = await startFileStandIn(home, PASSWORD);
  });
  afterEach(async () => {
    await grafana.close();
    rmSync(home, { recursive: true });
  });

  /** What autoscaler-apply.py has put there before. */
  function want(notifications: Notifications, settings: AlertingSettings = sampleSettings): void {
    const objects = grafanaObjects({
      alerting: settings,
      notifications,
      webhookUrl: "http://127.0.0.1:4000/v1/alerts",
      prometheusUrl: "http://127.0.0.1:9090",
    });
    mkdirSync(join(home, "wanted"), { recursive: true });
    for (const [name, text] of Object.entries(wantedFiles(objects, settings, `${home}/dashboards`))) {
      writeFileSync(join(home, "wanted", name), text);
    }
  }

  function apply(): Promise<{ readonly code: number; readonly output: string }> {
    const password = join(home, "password");
    const options = ["--home", home, "--url", grafana.url, "--password-file", password, "--patience", "0"];
    return new Promise((resolve) => {
      execFile("python3", [PROGRAM, ...options], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
  }

  const alertingFile = () => readFileSync(join(home, "provisioning/alerting/autoscaler.json"), "utf8");

  it("puts everything there and reads it back", async () => {
    want(everyNotification);

    expect(await apply()).toEqual({
      code: 0,
      output: "Grafana holds 11 rules, 6 contact points and 2 dashboards; 0 deleted\n",
    });
    expect(grafana.reloads).toEqual(["datasources", "dashboards", "alerting"]);
    expect(grafana.rules.size).toBe(11);
  });

  it("leaves only files that Grafana knows, and the same ones the second time", async () => {
    want(everyNotification);
    await apply();
    const first = alertingFile();

    expect((await apply()).code).toBe(0);

    expect(alertingFile()).toBe(first);
    expect(readdirSync(join(home, "provisioning/alerting"))).toEqual(["autoscaler.json"]);
    expect(readdirSync(join(home, ".staged"))).toEqual([]);
  });

  it("deletes rules and contact points of ours that are no longer wanted, and nobody else's", async () => {
    want(everyNotification);
    await apply();
    const [uid = ""] = grafana.rules.keys();
    const old = uid.replace("pool-load-high", "an-old-one");
    grafana.rules.set(old, { ...grafana.rules.get(uid), uid: old });
    grafana.rules.set("somebody-elses", { uid: "somebody-elses" });
    want({});

    expect((await apply()).output).toMatch(/11 rules, 1 contact points .* 6 deleted/);

    expect(grafana.rules.has(old)).toBe(false);
    expect(grafana.rules.has("somebody-elses")).toBe(true);
    expect(grafana.contactPoints.size).toBe(1);
    expect(alertingFile()).not.toContain("deleteRules");
  });

  it("says Grafana's own words when it refuses, and puts the files from before back", async () => {
    want({});
    await apply();
    const before = alertingFile();
    want({}, { ...sampleSettings, tickIntervalMs: 60_000 });
    grafana.refuse = (file) =>
      JSON.stringify(file).includes('params":[360]')
        ? "failure parsing rules: threshold is wrong"
        : undefined;

    const { code, output } = await apply();

    expect(code).toBe(1);
    expect(output).toMatch(
      /^grafana-apply: Grafana answers 500 to POST .*alerting\/reload: failure parsing rules: threshold is wrong\n$/,
    );
    expect(alertingFile()).toBe(before);
  });

  it("sees a key that was dropped in silence", async () => {
    want({});
    const path = join(home, "wanted/alerting.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"for": "20s"', '"forDuration": "20s"'));
    const { code, output } = await apply();

    expect(code).toBe(1);
    expect(output).toMatch(/reads back otherwise: rule PoolLoadHigh: for/);
    expect(existsSync(join(home, "provisioning/alerting/autoscaler.json"))).toBe(false);
  });

  it("says what to do when the password is another one", async () => {
    want({});
    writeFileSync(join(home, "password"), "other");

    const { code, output } = await apply();

    expect(code).toBe(1);
    expect(output).toMatch(/401 .*reset-admin-password/);
    expect(output).not.toContain("other");
  });
});
