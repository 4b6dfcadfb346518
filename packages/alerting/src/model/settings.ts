import type { ScalingPolicy } from "@autoscaler/scaling-core";

/** What alert rules and dashboards are made from; all of it comes from the stack's configuration. */
export interface AlertingSettings {
  readonly stack: string;
  readonly pool: string;
  readonly policy: ScalingPolicy;
  readonly cpuWindowSeconds: number;
  readonly scrapeIntervalSeconds: number;
  readonly tickIntervalMs: number;
  /** Price of one more server, as the cost panel counts it. */
  readonly rupiahPerServerHour: number;
  /** Address of docs/runbook.md, without an anchor. */
  readonly runbookUrl: string;
}
