import { escapeHtml } from "@autoscaler/service-kit";
import { msText } from "../format.ts";
import type { LoadTestResult, SecondResult } from "../result.ts";
import { type ChartSpec, chart, type Mark, niceMax, type Point } from "./chart.ts";
import { livesChart } from "./lives-chart.ts";

/** One entry of a legend; `key` names the field that the page shows for the pointed-at second. */
interface LegendEntry {
  readonly tone: string;
  readonly shape: "bar" | "line" | "dashed" | "band";
  readonly label: string;
  readonly key?: keyof SecondResult;
  readonly format?: "count" | "ms" | "percent";
}

export function chartSections(result: LoadTestResult): string {
  const { seconds, policy, servers } = result;
  const endSecond = seconds.length;
  const marks = result.decisions.map(
    ({ atSecond }, at): Mark => ({ second: atSecond, label: String(at + 1) }),
  );
  const points = (key: keyof SecondResult): readonly Point[] =>
    seconds.map((entry) => ({ second: entry.second, value: entry[key] }));
  const largest = (key: keyof SecondResult) => Math.max(0, ...seconds.map((entry) => entry[key] ?? 0));
  const base = { endSecond, marks };

  const sections = [
    section(
      "Arrivals and failures",
      "Requests a second, by when they were due.",
      [
        { tone: "arrivals", shape: "bar", label: "arrivals", key: "arrivalCount", format: "count" },
        { tone: "failures", shape: "bar", label: "failed", key: "failedCount", format: "count" },
      ],
      {
        ...base,
        description: `Requests a second over time, at most ${largest("arrivalCount")}; ${result.summary.failedRequests} failed in all.`,
        yMax: niceMax(largest("arrivalCount")),
        yText: String,
        layers: [
          { kind: "bars", tone: "arrivals", points: points("arrivalCount") },
          { kind: "bars", tone: "failures", points: points("failedCount") },
        ],
      },
    ),
    section(
      "Time to answer",
      "From when a request was due, over the last 5 seconds.",
      [
        { tone: "p95", shape: "line", label: "95 of 100 were faster", key: "p95Ms", format: "ms" },
        { tone: "p50", shape: "line", label: "half were faster", key: "p50Ms", format: "ms" },
      ],
      {
        ...base,
        description: `Latency over time: median ${msText(result.summary.p50Ms)}, 95th percentile ${msText(result.summary.p95Ms)} over the whole run.`,
        yMax: niceMax(largest("p95Ms")),
        yText: (value) => (value === 0 ? "0" : msText(value)),
        layers: [
          { kind: "line", tone: "p95", points: points("p95Ms") },
          { kind: "line", tone: "p50", points: points("p50Ms") },
        ],
      },
    ),
  ];
  if (policy === undefined) return sections.join("\n");

  const [low, high] = [-1, 1].map(
    (side) => policy.targetPercent * (1 + (side * policy.tolerancePercent) / 100),
  );
  return [
    ...sections,
    section(
      "Pool size",
      "Numbers are the decisions below.",
      [
        { tone: "in-service", shape: "bar", label: "in service", key: "inServiceCount", format: "count" },
        { tone: "desired", shape: "dashed", label: "wanted", key: "desiredSize", format: "count" },
      ],
      {
        ...base,
        description: `Servers in service over time, from ${result.summary.startInService} to at most ${result.summary.maxInService}, at the end ${result.summary.endInService}.`,
        yMax: policy.maxSize,
        yText: String,
        showMarkLabels: true,
        layers: [
          { kind: "steps", tone: "in-service", filled: true, points: points("inServiceCount") },
          { kind: "steps", tone: "desired", filled: false, points: points("desiredSize") },
        ],
      },
    ),
    section(
      "CPU against the policy",
      "Mean of the servers that count; inside the band nothing is changed.",
      [
        { tone: "load", shape: "line", label: "CPU", key: "loadPercent", format: "percent" },
        { tone: "policy", shape: "band", label: `band around the target of ${policy.targetPercent} %` },
      ],
      {
        ...base,
        description: `CPU in percent over time, at most ${Math.round(largest("loadPercent"))}; the target is ${policy.targetPercent}.`,
        yMax: 100,
        yText: (value) => `${value} %`,
        layers: [
          { kind: "band", tone: "policy", from: low ?? 0, to: high ?? 100 },
          { kind: "rule", tone: "policy", at: policy.targetPercent, label: "target" },
          { kind: "line", tone: "load", points: points("loadPercent") },
        ],
      },
    ),
    `<section class="card"><h2>Life of each server</h2>${legend(LIFE_LEGEND, "Blue and green ones get requests.")}${livesChart(servers, endSecond, marks)}</section>`,
  ].join("\n");
}

const LIFE_LEGEND: readonly LegendEntry[] = [
  { tone: "life-starting", shape: "bar", label: "created, booting, probed" },
  { tone: "life-warming", shape: "bar", label: "serving, warming up" },
  { tone: "life-serving", shape: "bar", label: "serving" },
  { tone: "life-draining", shape: "bar", label: "draining" },
  { tone: "life-leaving", shape: "bar", label: "being deleted" },
];

function section(title: string, note: string, entries: readonly LegendEntry[], spec: ChartSpec): string {
  return `<section class="card"><h2>${escapeHtml(title)}</h2>${legend(entries, note)}${chart(spec)}</section>`;
}

function legend(entries: readonly LegendEntry[], note: string): string {
  const items = entries.map(({ tone, shape, label, key, format }) => {
    const value = key === undefined ? "" : ` <b data-key="${key}" data-format="${format ?? "count"}"></b>`;
    return `<li><span class="swatch ${shape} ${tone}"></span>${escapeHtml(label)}${value}</li>`;
  });
  return `<div class="legend"><ul>${items.join("")}</ul><p>${escapeHtml(note)}</p></div>`;
}
