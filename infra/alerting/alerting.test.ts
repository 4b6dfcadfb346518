import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { defaultPolicy } from "@autoscaler/scaling-core";
import { parse } from "yaml";
import { alertmanagerConfiguration } from "./alertmanager.ts";
import { prometheusRules } from "./prometheus-rules.ts";

const rules = prometheusRules({ pool: "calc", policy: defaultPolicy, cpuWindowSeconds: 20 });

describe("prometheusRules", () => {
  it("takes its thresholds and windows from the policy", () => {
    const [group] = parse(rules).groups;

    expect(group.rules).toEqual([
      expect.objectContaining({
        alert: "PoolLoadHigh",
        for: "0s",
        labels: { autoscale: "up", pool: "calc" },
      }),
      expect.objectContaining({
        alert: "PoolLoadLow",
        for: "300s",
        labels: { autoscale: "down", pool: "calc" },
      }),
    ]);
    expect(group.rules[0].expr).toMatch(/> 69$/);
    expect(group.rules[1].expr).toMatch(/< 51 and count\(.*\) > 1$/);
  });

  const promtool = findTool("promtool");
  (promtool === undefined ? it.skip : it)("passes promtool", () => {
    const directory = mkdtempSync(join(tmpdir(), "rules-"));
    writeFileSync(join(directory, "rules.yml"), rules);
    expect(
      execFileSync(promtool ?? "", ["check", "rules", join(directory, "rules.yml")], { encoding: "utf8" }),
    ).toMatch(/2 rules found/);
    rmSync(directory, { recursive: true });
  });
});

describe("alertmanagerConfiguration", () => {
  it("sends everything to the scaler with a token from a file, and holds none itself", () => {
    const [receiver] = parse(alertmanagerConfiguration()).receivers;

    expect(receiver.webhook_configs[0]).toMatchObject({
      url: "http://127.0.0.1:4000/v1/alerts",
      http_config: {
        authorization: { credentials_file: "/run/credentials/alertmanager.service/webhook-token" },
      },
    });
  });
});

/** On PATH, or where the local cloud keeps it. */
function findTool(name: string): string | undefined {
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "idcloudhost-autoscaler");
  const cached = existsSync(cache)
    ? readdirSync(cache, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(`bin/${name}`))
    : [];
  const folders = (process.env["PATH"] ?? "").split(":").map((folder) => join(folder, name));
  return [...folders, ...cached.map((path) => join(cache, path))].find((path) => existsSync(path));
}
