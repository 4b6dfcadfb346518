import { defaultPolicy, type ScalingPolicy } from "@autoscaler/scaling-core";
import { prometheusRules } from "../prometheus-rules.ts";
import { runTool } from "./promtool.ts";
import { sampleSettings } from "./samples.ts";
import type { Series } from "./series.ts";

/** What one alert does with some series, by the alert's name. */
export type RuleCases = Readonly<Record<string, readonly RuleCase[]>>;

interface RuleCase {
  readonly when: string;
  readonly series: readonly Series[];
  /** Seconds after the start -> how many of its instances fire then. */
  readonly fires: Readonly<Record<number, number>>;
  readonly policy?: Partial<ScalingPolicy>;
}

const EVALUATION_SECONDS = 10;

/** Runs Prometheus's own engine over the rules, as Grafana evaluates them: every 10 s. */
export async function behaviour(alert: string, { series, fires, policy }: RuleCase): Promise<string> {
  const rules = prometheusRules({ ...sampleSettings, policy: { ...defaultPolicy, ...policy } });
  const test = {
    rule_files: ["rules.yml"],
    evaluation_interval: `${EVALUATION_SECONDS}s`,
    tests: [
      {
        interval: "5s",
        input_series: series,
        promql_expr_test: Object.entries(fires).map(([second, value]) => ({
          expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
          eval_time: `${second}s`,
          exp_samples: [{ labels: "{}", value }],
        })),
      },
    ],
  };
  const { exitCode, output } = await runTool("promtool", ["test", "rules", "test.json"], {
    "rules.yml": rules,
    "test.json": JSON.stringify(test),
  });
  return exitCode === 0 ? "as expected" : output;
}
