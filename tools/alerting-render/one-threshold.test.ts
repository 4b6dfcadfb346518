import { readFileSync } from "node:fs";
import { join } from "node:path";
import { identityOf } from "@autoscaler/alerting/model/identity.ts";
import { parse } from "yaml";
import { parseConfig, type StackConfig } from "../../infra/config.ts";
import { withAlertsTable } from "./alerts-table.ts";
import { renderAll } from "./render.ts";

function configOf(policy: object): StackConfig {
  const parsed = parseConfig({
    values: { apiKey: "key", pool: JSON.stringify({ name: "calc", policy }) },
    stack: "dev",
    environment: {},
  });
  if (parsed.kind === "invalid") throw new Error(parsed.problems.join("; "));
  return parsed.config;
}

const { uid } = identityOf({ stack: "dev", pool: "calc" });

/** The upper edge of the band, wherever it is said. */
function edges(policy: object) {
  const files = renderAll(configOf(policy), "dev");
  const json = (path: string) => JSON.parse(files[path] ?? "null");
  const dashboard = json(`grafana/dashboards/${uid("autoscaling")}.json`);
  const loadPanel = dashboard.panels.find(({ id }: { readonly id: number }) => id === 1);
  const [grafanaRule] = json("grafana/objects.json").ruleGroup.rules;
  return {
    grafanaRule: grafanaRule.data[1].model.conditions[0].evaluator.params[0],
    prometheusRule: Number(
      /> ([\d.]+)$/.exec(parse(files["prometheus/rules.yml"] ?? "").groups[0].rules[0].expr)?.[1],
    ),
    dashboardLine: loadPanel.fieldConfig.defaults.thresholds.steps.at(-1).value,
    dashboardText: Number(/grows above ([\d.]+) %/.exec(loadPanel.description)?.[1]),
    scaler:
      (json("scaler/pool.json").policy.targetPercent *
        (100 + json("scaler/pool.json").policy.tolerancePercent)) /
      100,
    docsTable: Number(
      /PoolLoadHigh\].*value above ([\d.]+) for/.exec(files["docs/alerts-table.md"] ?? "")?.[1],
    ),
  };
}

describe("one threshold in the stack's configuration", () => {
  it.each([
    { targetPercent: 60, edge: 69 },
    { targetPercent: 40, edge: 46 },
  ])(
    "changes rules, dashboard, scaler and documentation together: target $targetPercent %",
    ({ targetPercent, edge }) => {
      expect(edges({ targetPercent })).toEqual({
        grafanaRule: edge,
        prometheusRule: edge,
        dashboardLine: edge,
        dashboardText: edge,
        scaler: edge,
        docsTable: edge,
      });
    },
  );

  it("leaves everything else as it was", () => {
    const before = renderAll(configOf({}), "dev");
    const after = renderAll(configOf({ targetPercent: 40 }), "dev");
    const changed = Object.keys(before).filter((path) => before[path] !== after[path]);

    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(changed.sort()).toEqual([
      "docs/alerts-table.md",
      `grafana/dashboards/${uid("autoscaling")}.json`,
      "grafana/objects.json",
      "prometheus/rules.yml",
      "scaler/pool.json",
    ]);
  });
});

describe("docs", () => {
  const page = (name: string) => readFileSync(join(__dirname, "../../docs", name), "utf8");
  const values = Object.entries<unknown>(
    parse(readFileSync(join(__dirname, "../../Pulumi.dev.yaml"), "utf8")).config,
  ).map(([key, value]) => [key.split(":")[1], typeof value === "string" ? value : JSON.stringify(value)]);

  it("have the table of stack dev in alerts.md: `npm run alerting:render` writes it", () => {
    const parsed = parseConfig({
      values: { ...Object.fromEntries(values), apiKey: "key" },
      stack: "dev",
      environment: {},
    });
    if (parsed.kind === "invalid") throw new Error(parsed.problems.join("; "));
    const table = (renderAll(parsed.config, "dev")["docs/alerts-table.md"] ?? "").trim();

    expect(page("alerts.md")).toBe(withAlertsTable(page("alerts.md"), table));
  });

  it("have a heading in runbook.md for every alarm that links there, each with a line in Indonesian", () => {
    const rules = parse(renderAll(configOf({}), "dev")["prometheus/rules.yml"] ?? "").groups[0].rules;
    const sections = page("runbook.md").split(/^## /m).slice(1);
    for (const { alert, annotations } of rules) {
      const section = sections.find((text) => text.startsWith(`${alert}\n`));
      expect(annotations.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
      expect(section).toMatch(/^_Bahasa Indonesia:_ /m);
    }
    expect(sections).toHaveLength(rules.length);
  });
});
