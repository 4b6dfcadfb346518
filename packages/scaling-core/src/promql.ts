/** CPU in use per server of a pool in percent, one series a server (label `server`). */
export function cpuPercentByServer({ pool, windowSeconds }: CpuQuery): string {
  return `100 * (1 - sum by (server) (${rateOf(`{job="service",pool="${pool}",mode="idle"}`, windowSeconds)}) / sum by (server) (${rateOf(`{job="service",pool="${pool}"}`, windowSeconds)}))`;
}

/** Mean CPU in use over the servers of a pool, in percent; for rules and dashboards. */
export function meanCpuPercent(query: CpuQuery): string {
  return `avg(${cpuPercentByServer(query)})`;
}

export interface CpuQuery {
  /** Letters, digits and hyphens only; it is put into the query as it is. */
  readonly pool: string;
  /** At least two scrapes long, better four. */
  readonly windowSeconds: number;
}

function rateOf(selector: string, windowSeconds: number): string {
  return `rate(node_cpu_seconds_total${selector}[${windowSeconds}s])`;
}
