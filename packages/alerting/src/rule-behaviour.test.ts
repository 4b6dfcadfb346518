import { prometheusRules } from "./prometheus-rules.ts";
import { operatorCases } from "./testing/operator-cases.ts";
import { runTool } from "./testing/promtool.ts";
import { behaviour } from "./testing/rule-behaviour.ts";
import { sampleSettings } from "./testing/samples.ts";
import { scalingCases } from "./testing/scaling-cases.ts";
import { server } from "./testing/series.ts";

const cases = Object.entries({ ...scalingCases, ...operatorCases }).flatMap(([alert, rows]) =>
  rows.map((row) => ({ alert, ...row })),
);

describe("the alert rules in Prometheus's own engine", () => {
  it.each(cases)("$alert behaves as expected when $when", async (each) => {
    expect(await behaviour(each.alert, each)).toBe("as expected");
  });

  it("has a case that fires and one that stays quiet for every rule", () => {
    const names = [...prometheusRules(sampleSettings).matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const without = (isSeen: (fires: readonly number[]) => boolean) =>
      names.filter(
        (name) => !cases.some(({ alert, fires }) => alert === name && isSeen(Object.values(fires))),
      );

    expect(without((fires) => fires.some((count) => count > 0))).toEqual([]);
    expect(without((fires) => fires.every((count) => count === 0))).toEqual([]);
  });

  it("shows the value and both languages in its texts", async () => {
    const { exitCode, output } = await runTool("promtool", ["test", "rules", "test.json"], {
      "rules.yml": prometheusRules(sampleSettings),
      "test.json": JSON.stringify({
        rule_files: ["rules.yml"],
        evaluation_interval: "10s",
        tests: [
          {
            interval: "5s",
            input_series: server("seed", { seconds: 200, busy: 90 }),
            alert_rule_test: [
              {
                eval_time: "150s",
                alertname: "PoolLoadHigh",
                exp_alerts: [
                  {
                    exp_labels: { autoscale: "up", pool: "calc", severity: "info" },
                    exp_annotations: {
                      summary: "Pool calc runs at 90 % CPU, above its band",
                      summary_id: "Pool calc memakai 90 % CPU, di atas batasnya",
                      description:
                        "Wakes the scaler. It looks at the pool itself and adds servers when the policy says so; nobody has to act.",
                      description_id:
                        "Membangunkan scaler. Scaler memeriksa sendiri dan menambah server sesuai kebijakan; tidak perlu tindakan.",
                      runbook_url: "docs/runbook.md#poolloadhigh",
                    },
                  },
                ],
              },
            ],
          },
        ],
      }),
    });
    expect(exitCode === 0 ? "" : output).toBe("");
  });
});
