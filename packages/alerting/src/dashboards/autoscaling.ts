import { growAbovePercent, shrinkBelowPercent } from "@autoscaler/scaling-core";
import * as units from "@grafana/grafana-foundation-sdk/units";
import { ALARM_LIMITS, silentAfterSeconds } from "../model/operator-rules.ts";
import { fleetQueries } from "../model/queries.ts";
import type { AlertingSettings } from "../model/settings.ts";
import { PANEL } from "./panel-ids.ts";
import type { DashboardSpec, PanelSpec } from "./panel-spec.ts";

/** What the pool does and why: load against the policy, sizes, decisions, reaction, failures, cost. */
export function autoscalingDashboard(settings: AlertingSettings): DashboardSpec {
  const { pool, policy } = settings;
  const queries = fleetQueries(settings);
  const growAbove = growAbovePercent(policy);
  const shrinkBelow = shrinkBelowPercent(policy);

  const now: readonly PanelSpec[] = [
    {
      id: PANEL.inServiceNow,
      kind: "number",
      title: "In service",
      description: `Servers that get requests, the seed counted. The policy allows ${policy.minSize} to ${policy.maxSize}.`,
      unit: units.Short,
      targets: [{ expr: queries.inService, legend: "in service" }],
      empty: "scaler not heard",
    },
    {
      id: PANEL.loadNow,
      kind: "number",
      title: "CPU now",
      description: `Mean over the pool. It grows above ${growAbove} %, and may shrink below ${shrinkBelow} %.`,
      unit: units.Percent,
      decimals: 0,
      targets: [{ expr: queries.meanCpuPercent, legend: "CPU" }],
      lines: bandLines(growAbove, shrinkBelow),
      empty: "no reading",
    },
    {
      id: PANEL.backends,
      kind: "number",
      title: "Healthy backends",
      description: "Servers whose health check the load balancer passes.",
      unit: units.Short,
      targets: [{ expr: queries.healthyBackends, legend: "healthy" }],
      lines: [{ at: 1, color: "green", meaning: "at least one" }],
      empty: "none",
    },
    {
      id: PANEL.violations,
      kind: "number",
      title: "Broken invariants, 10 min",
      description: "The scaler checks its own rules as it works. Anything but 0 is a fault of the scaler.",
      unit: units.Short,
      decimals: 0,
      targets: [{ expr: queries.brokenInvariants, legend: "violations" }],
      lines: [{ at: 1, color: "red", meaning: "a fault" }],
      empty: "scaler not heard",
    },
    {
      id: PANEL.cost,
      kind: "number",
      title: "Cost per hour",
      description: `All machines of the stack at Rp ${settings.rupiahPerServerHour} an hour each (monitoring.rupiahPerServerHour). An estimate; \`npm run audit\` counts by the price list.`,
      unit: units.IndonesianRupiah,
      decimals: 0,
      targets: [{ expr: queries.rupiahPerHour, legend: "Rp per hour" }],
      empty: "no reading",
    },
    {
      id: PANEL.certificate,
      kind: "number",
      title: "Certificate ends in",
      description: "The earliest end of a certificate of the load balancer.",
      unit: units.Days,
      decimals: 0,
      targets: [{ expr: queries.certificateDays, legend: "days" }],
      lines: [{ at: ALARM_LIMITS.certificateDays, color: "green", meaning: "renewed in time" }],
      empty: "no certificate",
    },
  ];

  return {
    slug: "autoscaling",
    title: `Autoscaling: ${pool}`,
    description: `Pool ${pool}: load against its policy, sizes and decisions, reaction, failures and cost. Generated: changes here are overwritten.`,
    from: "now-1h",
    marks: [
      { name: "pool grows", expr: queries.sizeGrew, color: "red" },
      { name: "pool shrinks", expr: queries.sizeShrank, color: "blue" },
    ],
    rows: [
      { title: "Now", panels: now },
      { title: "Load and size", panels: [...loadPanels(settings, growAbove, shrinkBelow)] },
      { title: "Requests and reaction", panels: [...requestPanels(settings)] },
    ],
  };
}

function bandLines(growAbove: number, shrinkBelow: number) {
  return [
    { at: shrinkBelow, color: "green", meaning: "may shrink below" },
    { at: growAbove, color: "red", meaning: "grows above" },
  ] as const;
}

function loadPanels(
  settings: AlertingSettings,
  growAbove: number,
  shrinkBelow: number,
): readonly PanelSpec[] {
  const { policy } = settings;
  const queries = fleetQueries(settings);
  return [
    {
      id: PANEL.load,
      kind: "graph",
      title: "CPU against the policy's band",
      description: `Mean CPU over the servers of the pool. Target ${policy.targetPercent} %: the pool grows above ${growAbove} % and may shrink below ${shrinkBelow} %; in between nothing changes.`,
      unit: units.Percent,
      max: 100,
      decimals: 0,
      targets: [
        { expr: queries.meanCpuPercent, legend: "mean" },
        { expr: queries.cpuPercentByServer, legend: "{{server}}" },
      ],
      lines: bandLines(growAbove, shrinkBelow),
      empty: "No reading: is Prometheus scraping the pool?",
    },
    {
      id: PANEL.size,
      kind: "graph",
      title: "Servers wanted and in service",
      description: `Wanted is what the scaler decided; in service is what the load balancer serves. Limits: ${policy.minSize} to ${policy.maxSize}.`,
      unit: units.Short,
      decimals: 0,
      isStepped: true,
      targets: [
        { expr: queries.desiredSize, legend: "wanted" },
        { expr: queries.inService, legend: "in service" },
        { expr: queries.excessServers, legend: "could do without" },
      ],
      lines: [{ at: policy.maxSize, color: "red", meaning: "maximum" }],
      empty: "Scaler not heard",
    },
    {
      id: PANEL.phases,
      kind: "graph",
      title: "Clones by phase",
      description: "Where each clone is in its life, from planned to gone. The seed is not a clone.",
      unit: units.Short,
      decimals: 0,
      isStepped: true,
      isStacked: true,
      targets: [{ expr: queries.clonesByPhase, legend: "{{phase}}" }],
      empty: "No clones: the seed serves alone",
    },
    {
      id: PANEL.legs,
      kind: "graph",
      title: "Reaction, 95 of 100, last 30 min",
      description:
        "Legs of growing: t0 load seen, t1 decided, t2 clone sent, t3 machine runs, t4 first good probe, t5 served.",
      unit: units.Seconds,
      targets: [{ expr: queries.legSeconds, legend: "{{leg}}" }],
      empty: "The pool has not grown in the last 30 min",
    },
  ];
}

function requestPanels(settings: AlertingSettings): readonly PanelSpec[] {
  const queries = fleetQueries(settings);
  return [
    {
      id: PANEL.requests,
      kind: "graph",
      title: "Requests per second",
      description: "What the load balancer passed to the pool, and what of it was answered with 5xx.",
      unit: units.RequestsPerSecond,
      targets: [
        { expr: queries.requestsPerSecond, legend: "all" },
        { expr: queries.failedPerSecond, legend: "failed" },
      ],
      empty: "No requests yet",
    },
    {
      id: PANEL.latency,
      kind: "graph",
      title: "Time to answer",
      description: "As the load balancer measured it, over the whole pool.",
      unit: units.Seconds,
      targets: [
        { expr: queries.latencySeconds(0.5), legend: "half were faster" },
        { expr: queries.latencySeconds(0.95), legend: "95 of 100 were faster" },
      ],
      empty: "No requests in this time",
    },
    {
      id: PANEL.failures,
      kind: "graph",
      title: "Failed calls of the scaler, 5 min",
      description:
        "Calls to the cloud, Prometheus or the load balancer that failed, by call. Single ones are tried again.",
      unit: units.Short,
      decimals: 0,
      targets: [{ expr: queries.callFailures, legend: "{{call}}" }],
      empty: "No failures",
    },
    {
      id: PANEL.tick,
      kind: "graph",
      title: "The scaler's ticks",
      description: `How long a look at the pool takes, and how old the last one is. Silence of ${silentAfterSeconds(settings)} s raises an alarm.`,
      unit: units.Seconds,
      targets: [
        { expr: queries.tickSeconds, legend: "95 of 100 ticks took less" },
        { expr: queries.tickAgeSeconds, legend: "age of the last one" },
      ],
      lines: [{ at: silentAfterSeconds(settings), color: "red", meaning: "alarm" }],
      empty: "Scaler not heard",
    },
  ];
}
