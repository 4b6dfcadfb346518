import * as units from "@grafana/grafana-foundation-sdk/units";
import { ALARM_LIMITS } from "../model/operator-rules.ts";
import { fleetQueries } from "../model/queries.ts";
import type { AlertingSettings } from "../model/settings.ts";
import { PANEL } from "./panel-ids.ts";
import type { DashboardSpec, PanelSpec } from "./panel-spec.ts";

const EMPTY = "No reading: is node_exporter running there?";

/** Each machine of the stack: processor, memory, disk, network. */
export function serversDashboard(settings: AlertingSettings): DashboardSpec {
  const queries = fleetQueries(settings);
  const graph = (
    id: number,
    title: string,
    description: string,
    unit: string,
    expr: string,
    more: Partial<PanelSpec> = {},
  ): PanelSpec => ({
    id,
    kind: "graph",
    title,
    description,
    unit,
    targets: [{ expr, legend: "{{server}}" }],
    empty: EMPTY,
    ...more,
  });
  const percent = { max: 100, decimals: 0 };

  return {
    slug: "servers",
    title: `Servers: ${settings.pool}`,
    description: `Every machine of stack ${settings.stack}: load balancer, monitor, seed and clones. Generated: changes here are overwritten.`,
    from: "now-1h",
    marks: [],
    rows: [
      {
        title: "Processor and memory",
        panels: [
          graph(
            PANEL.cpu,
            "CPU",
            "Time in use, all processors together; waiting for a disk is none, time that neighbours took is.",
            units.Percent,
            queries.machineCpuPercent,
            percent,
          ),
          graph(
            PANEL.memory,
            "Memory",
            "What is not available to a program that asks for memory.",
            units.Percent,
            queries.machineMemoryPercent,
            percent,
          ),
          graph(
            PANEL.systemLoad,
            "Processes that run or wait",
            "Load average over one minute.",
            units.Short,
            queries.machineLoad,
          ),
          graph(
            PANEL.waiting,
            "Time spent waiting for a processor",
            "Pressure stall information of the kernel: also rises where CPU use is at its end, and on a host that is oversold.",
            units.Percent,
            queries.machineWaitingPercent,
            { decimals: 0 },
          ),
          graph(
            PANEL.stolen,
            "CPU time taken by neighbours",
            "Steal: the machine wanted to run and its host ran others. The pool counts it as use. Much of it: the host is oversold.",
            units.Percent,
            queries.machineStolenPercent,
            {
              decimals: 0,
              lines: [{ at: ALARM_LIMITS.stolenPercent, color: "red", meaning: "alarm" }],
            },
          ),
        ],
      },
      {
        title: "Disk and network",
        panels: [
          graph(PANEL.disk, "Disk full", "Of the root file system.", units.Percent, queries.diskPercent, {
            ...percent,
            empty: "No reading (node_exporter leaves out overlays)",
            lines: [{ at: ALARM_LIMITS.diskPercent, color: "red", meaning: "alarm" }],
          }),
          graph(
            PANEL.written,
            "Written to disk",
            "All disks of the machine.",
            units.BytesPerSecondSI,
            queries.machineDiskBytesPerSecond,
          ),
          graph(
            PANEL.received,
            "Network, received",
            "All interfaces but loopback.",
            units.BytesPerSecondSI,
            queries.machineReceivedBytes,
          ),
          graph(
            PANEL.sent,
            "Network, sent",
            "All interfaces but loopback.",
            units.BytesPerSecondSI,
            queries.machineSentBytes,
          ),
        ],
      },
      {
        title: "Machines",
        panels: [
          graph(
            PANEL.up,
            "Answers Prometheus",
            "1: the last scrape worked.",
            units.Short,
            queries.machineUp,
            { max: 1, decimals: 0, isStepped: true },
          ),
          graph(
            PANEL.uptime,
            "Since boot",
            "Time since the machine's kernel started.",
            units.Seconds,
            queries.machineUptimeSeconds,
          ),
        ],
      },
    ],
  };
}
