/** CPU in use per server of a pool in percent, one series a server (label `server`). */
export function cpuPercentByServer({ pool, windowSeconds }: CpuQuery): string {
  return `100 * (1 - sum by (server) (${rateOf(`{job="service",pool="${pool}",mode="idle"}`, windowSeconds)}) / sum by (server) (${rateOf(`{job="service",pool="${pool}"}`, windowSeconds)}))`;
}

/** Mean CPU in use over the servers of a pool, in percent; for rules and dashboards. */
export function meanCpuPercent(query: CpuQuery): string {
  return `avg(${cpuPercentByServer(query)})`;
}

/** Memory in use per server of a pool in percent, one series a server. */
export function memoryPercentByServer({ pool }: CpuQuery): string {
  const of = (name: string) => `node_memory_${name}_bytes{job="service",pool="${pool}"}`;
  return `100 * (1 - sum by (server) (${of("MemAvailable")}) / sum by (server) (${of("MemTotal")}))`;
}

/** Requests per second of the whole pool; 0 without traffic, nothing while the load balancer is not scraped. */
export function requestsPerSecond(query: CpuQuery): string {
  return orZero(`sum(rate(traefik_service_requests_total${serviceOf(query)}[${query.windowSeconds}s]))`);
}

/** 95th percentile of the response time over the pool, in milliseconds; 0 without traffic. */
export function latencyP95Ms(query: CpuQuery): string {
  const buckets = `traefik_service_request_duration_seconds_bucket${serviceOf(query)}`;
  const quantile = `1000 * histogram_quantile(0.95, sum by (le) (rate(${buckets}[${query.windowSeconds}s])))`;
  return orZero(`(${quantile} >= 0)`); // without a request it is NaN
}

export interface CpuQuery {
  /** Letters, digits and hyphens only; it is put into the query as it is. */
  readonly pool: string;
  /** At least two scrapes long, better four. */
  readonly windowSeconds: number;
}

function serviceOf({ pool }: CpuQuery): string {
  return `{job="traefik",service="${pool}@file"}`;
}

function orZero(query: string): string {
  return `${query} or 0 * sum(up{job="traefik"} == 1)`;
}

function rateOf(selector: string, windowSeconds: number): string {
  return `rate(node_cpu_seconds_total${selector}[${windowSeconds}s])`;
}
