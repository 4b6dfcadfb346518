import { growAbove, shrinkBelow } from "./band.ts";

/**
 * CPU in use per server in percent, one series a server (label `server`), of what `selector` chooses.
 *
 * Steal counts as use: the machine wanted to run and was not let, so it has that much less room for load. Waiting for a
 * disk does not: the processor is free, and more servers would not make the disk faster. A server whose counters add up
 * to more time than its processors have (one was set back: live migration, suspend, hot-plug) has no series.
 */
export function cpuPercent(selector: string, window: string): string {
  const of = (modes: string) =>
    `sum by (server) (rate(node_cpu_seconds_total{${selector}${modes}}[${window}]))`;
  const cpus = `count by (server) (node_cpu_seconds_total{${selector},mode="idle"})`;
  return `100 * ${of(',mode!~"idle|iowait"')} / (${of("")} <= ${IMPOSSIBLE_FROM} * ${cpus})`;
}

/** `rate()` extrapolates, so a real sum may be a little above the number of processors. */
const IMPOSSIBLE_FROM = 1.2;

/** CPU in use per server of a pool. */
export function cpuPercentByServer({ pool, windowSeconds }: CpuQuery): string {
  return cpuPercent(`job="service",pool="${pool}"`, `${windowSeconds}s`);
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

/**
 * Requests per second of the whole pool; 0 without traffic, nothing while the load balancer is not scraped, nor before it
 * has counted for a whole window after its start.
 */
export function requestsPerSecond(query: CpuQuery): string {
  return counted(
    `sum(rate(traefik_service_requests_total${serviceOf(query)}[${query.windowSeconds}s]))`,
    query,
  );
}

/**
 * 95th percentile of the response time over the pool, in milliseconds; 0 without traffic. Streams (server-sent events)
 * and upgraded connections are as long as their clients stay, which is no response time: they are left out.
 */
export function latencyP95Ms(query: CpuQuery): string {
  const buckets = `traefik_service_request_duration_seconds_bucket${serviceOf(query, ',protocol="http"')}`;
  const quantile = `1000 * histogram_quantile(0.95, sum by (le) (rate(${buckets}[${query.windowSeconds}s])))`;
  return counted(`(${quantile} >= 0)`, query); // without a request it is NaN
}

/**
 * Upper bounds in seconds of Traefik's histogram of response times. From half a target to three times of it they are a
 * tenth apart, which is the greatest error of the quantile there, and the edges of the dead band are among them.
 */
export function latencyBuckets(targetMs: number | undefined, tolerancePercent: number): readonly number[] {
  const around = (target: number) => [
    growAbove(target, tolerancePercent),
    shrinkBelow(target, tolerancePercent),
    ...Array.from({ length: 20 }, (_, step) => 0.5 * target * 1.1 ** step),
  ];
  const near = targetMs === undefined ? [] : around(targetMs).map((ms) => Number((ms / 1000).toPrecision(4)));
  return [...new Set([...USUAL_BUCKETS, ...near])].sort((a, b) => a - b);
}

/** For people, whatever the pool is scaled by: Prometheus clients' usual bounds. */
const USUAL_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface CpuQuery {
  /** Letters, digits and hyphens only; it is put into the query as it is. */
  readonly pool: string;
  /** At least two scrapes long, better four. */
  readonly windowSeconds: number;
}

function serviceOf({ pool }: CpuQuery, more = ""): string {
  return `{job="traefik",service="${pool}@file"${more}}`;
}

function counted(query: string, { windowSeconds }: CpuQuery): string {
  const sinceStart = 'time() - max(process_start_time_seconds{job="traefik"})';
  return `(${query} or 0 * sum(up{job="traefik"} == 1)) and on () (${sinceStart} > ${windowSeconds})`;
}
