import { escapeHtml } from "@autoscaler/service-kit";
import { msText } from "../format.ts";
import type { LoadTestResult, SecondResult } from "../result.ts";
import { type ChartSpec, chart, type Drawing, type Layer, type Mark, niceMax, type Point } from "./chart.ts";
import { livesChart } from "./lives-chart.ts";

/** Looks of the drawings in a legend. */
const SHAPES = { bars: "bar", area: "bar", line: "line", steps: "dashed", band: "band" } as const;

/** One entry of a legend; `key` names the field that the page shows for the pointed-at second. */
interface LegendEntry {
  readonly tone: string;
  readonly kind: keyof typeof SHAPES;
  readonly label: string;
  readonly key?: keyof SecondResult;
  readonly format?: "count" | "ms" | "percent";
}

interface Series extends LegendEntry {
  readonly kind: Drawing;
  readonly key: keyof SecondResult;
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
  const drawn = (series: readonly Series[]): readonly Layer[] =>
    series.map(({ kind, tone, key }) => ({ kind, tone, points: points(key) }));
  const requests: readonly Series[] = [
    { tone: "arrivals", kind: "bars", label: "arrivals", key: "arrivalCount", format: "count" },
    { tone: "failures", kind: "bars", label: "failed", key: "failedCount", format: "count" },
  ];
  const latencies: readonly Series[] = [
    { tone: "p95", kind: "line", label: "95 of 100 were faster", key: "p95Ms", format: "ms" },
    { tone: "p50", kind: "line", label: "half were faster", key: "p50Ms", format: "ms" },
  ];
  const sizes: readonly Series[] = [
    { tone: "in-service", kind: "area", label: "in service", key: "inServiceCount", format: "count" },
    { tone: "desired", kind: "steps", label: "wanted", key: "desiredSize", format: "count" },
  ];
  const load: readonly Series[] = [
    { tone: "load", kind: "line", label: "CPU", key: "loadPercent", format: "percent" },
  ];

  const sections = [
    section("Arrivals and failures", "Requests a second, by when they were due.", requests, {
      ...base,
      description: `Requests a second over time, at most ${largest("arrivalCount")}; ${result.summary.failedRequests} failed in all.`,
      yMax: niceMax(largest("arrivalCount")),
      yText: String,
      layers: drawn(requests),
    }),
    section("Time to answer", "From when a request was due, over the last 5 seconds.", latencies, {
      ...base,
      description: `Latency over time: median ${msText(result.summary.p50Ms)}, 95th percentile ${msText(result.summary.p95Ms)} over the whole run.`,
      yMax: niceMax(largest("p95Ms")),
      yText: (value) => (value === 0 ? "0" : msText(value)),
      layers: drawn(latencies),
    }),
  ];
  if (policy === undefined) return sections.join("\n");

  const [low, high] = [-1, 1].map(
    (side) => policy.targetPercent * (1 + (side * policy.tolerancePercent) / 100),
  );
  return [
    ...sections,
    section("Pool size", "Numbers are the decisions below.", sizes, {
      ...base,
      description: `Servers in service over time, from ${result.summary.startInService} to at most ${result.summary.maxInService}, at the end ${result.summary.endInService}.`,
      yMax: policy.maxSize,
      yText: String,
      showMarkLabels: true,
      layers: drawn(sizes),
    }),
    section(
      "CPU against the policy",
      "Mean of the servers that count; inside the band nothing is changed.",
      [
        ...load,
        { tone: "policy", kind: "band", label: `band around the target of ${policy.targetPercent} %` },
      ],
      {
        ...base,
        description: `CPU in percent over time, at most ${Math.round(largest("loadPercent"))}; the target is ${policy.targetPercent}.`,
        yMax: 100,
        yText: (value) => `${value} %`,
        layers: [
          { kind: "band", tone: "policy", from: low ?? 0, to: high ?? 100 },
          { kind: "rule", tone: "policy", at: policy.targetPercent, label: "target" },
          ...drawn(load),
        ],
      },
    ),
    `<section class="card"><h2>Life of each server</h2>${legend(LIFE_LEGEND, "Blue and green ones get requests.")}${livesChart(servers, endSecond, marks)}</section>`,
  ].join("\n");
}

const LIFE_LEGEND: readonly LegendEntry[] = [
  { tone: "life-starting", kind: "bars", label: "created, booting, probed" },
  { tone: "life-warming", kind: "bars", label: "serving, warming up" },
  { tone: "life-serving", kind: "bars", label: "serving" },
  { tone: "life-draining", kind: "bars", label: "draining" },
  { tone: "life-leaving", kind: "bars", label: "being deleted" },
];

function section(title: string, note: string, entries: readonly LegendEntry[], spec: ChartSpec): string {
  return `<section class="card"><h2>${escapeHtml(title)}</h2>${legend(entries, note)}${chart(spec)}</section>`;
}

function legend(entries: readonly LegendEntry[], note: string): string {
  const items = entries.map(({ tone, kind, label, key, format }) => {
    const value = key === undefined ? "" : ` <b data-key="${key}" data-format="${format ?? "count"}"></b>`;
    return `<li><span class="swatch ${SHAPES[kind]} ${tone}"></span>${escapeHtml(label)}${value}</li>`;
  });
  return `<div class="legend"><ul>${items.join("")}</ul><p>${escapeHtml(note)}</p></div>`;
}
