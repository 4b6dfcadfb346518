import { defaultPolicy } from "@autoscaler/scaling-core";
import { parse } from "yaml";
import { alertmanagerConfiguration } from "./alertmanager.ts";
import { durationText } from "./model/alert-rule.ts";
import { prometheusRules } from "./prometheus-rules.ts";
import { runTool } from "./testing/promtool.ts";
import { everyNotification, sampleSettings } from "./testing/samples.ts";

describe("prometheusRules", () => {
  const rules = prometheusRules(sampleSettings);

  it("takes its thresholds and windows from the policy", () => {
    const policy = { ...defaultPolicy, scaleUp: { ...defaultPolicy.scaleUp, stabilizationSeconds: 90 } };
    const [group] = parse(prometheusRules({ ...sampleSettings, policy })).groups;

    expect(group.rules.slice(0, 2)).toEqual([
      expect.objectContaining({
        alert: "PoolLoadHigh",
        for: "1m30s",
        labels: { autoscale: "up", pool: "calc", severity: "info" },
      }),
      expect.objectContaining({
        alert: "PoolLoadLow",
        for: "5m",
        labels: { autoscale: "down", pool: "calc", severity: "info" },
      }),
    ]);
    expect(group.rules[0].expr).toMatch(/ > 69$/);
    expect(group.rules[1].expr).toMatch(/ < bool 51\).* > 0$/);
  });

  it("passes promtool", async () => {
    const { output } = await runTool("promtool", ["check", "rules", "rules.yml"], { "rules.yml": rules });
    expect(output).toContain(`SUCCESS: ${parse(rules).groups[0].rules.length} rules found`);
  });

  it("says everything in both languages, with a link to the runbook", () => {
    for (const { annotations } of parse(rules).groups[0].rules) {
      expect(Object.keys(annotations).sort()).toEqual([
        "description",
        "description_id",
        "runbook_url",
        "summary",
        "summary_id",
      ]);
    }
  });
});

describe("alertmanagerConfiguration", () => {
  const configuration = parse(alertmanagerConfiguration());

  it("sends what scales to the scaler with a token from a file, and holds none itself", () => {
    expect(configuration.receivers[0].webhook_configs[0]).toMatchObject({
      url: "http://127.0.0.1:4000/v1/alerts",
      http_config: {
        authorization: { credentials_file: "/run/credentials/alertmanager.service/webhook-token" },
      },
    });
    expect(configuration.route.routes).toEqual([
      expect.objectContaining({ receiver: "scaler-webhook", matchers: ['autoscale=~"up|down"'] }),
    ]);
  });

  it("sends the operator's alarms nowhere unless told where", () => {
    expect(configuration.receivers[1]).toEqual({ name: "operator" });
    const [, operator] = parse(alertmanagerConfiguration(everyNotification)).receivers;
    expect(Object.keys(operator).sort()).toEqual([
      "discord_configs",
      "email_configs",
      "name",
      "slack_configs",
      "telegram_configs",
      "webhook_configs",
    ]);
  });
});

describe("alertmanagerConfiguration in Alertmanager's own tool", () => {
  const files = { "alertmanager.yml": alertmanagerConfiguration(everyNotification) };

  it.each([
    { when: "nobody is to be told", text: alertmanagerConfiguration() },
    { when: "everybody is", text: files["alertmanager.yml"] },
  ])("passes when $when", async ({ text }) => {
    const { output } = await runTool("amtool", ["check-config", "alertmanager.yml"], {
      "alertmanager.yml": text,
    });
    expect(output).toMatch(/SUCCESS[\s\S]*2 receivers/);
  });

  it.each([
    { labels: ["alertname=PoolLoadHigh", "autoscale=up", "pool=calc"], receiver: "scaler-webhook" },
    { labels: ["alertname=PoolLoadLow", "autoscale=down", "pool=calc"], receiver: "scaler-webhook" },
    { labels: ["alertname=DiskNearlyFull", "pool=calc", "server=x-lb"], receiver: "operator" },
  ])("routes $labels to $receiver", async ({ labels, receiver }) => {
    const { output } = await runTool(
      "amtool",
      ["config", "routes", "test", "--config.file=alertmanager.yml", ...labels],
      files,
    );
    expect(output.split("\n")[0]).toBe(receiver);
  });
});

describe("durationText", () => {
  it.each([
    [0, "0s"],
    [20, "20s"],
    [90, "1m30s"],
    [300, "5m"],
    [3_600, "1h"],
    [3_661, "1h1m1s"],
  ])("prints %d s as %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it("refuses what Grafana would", () => {
    expect(() => durationText(1.5)).toThrow(/whole seconds/);
  });
});
