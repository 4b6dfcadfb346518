import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface PoolCounts {
  waitingCount(): number;
  runningCount(): number;
}

/** What the service says about its calculations; `registry` also holds the process's own figures. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<"status">;
  readonly inFlight: Gauge;
  readonly durationSeconds: Histogram;
}

export function createMetrics(pool: PoolCounts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "calc_queue_depth",
    help: "Calculations that wait for a thread",
    registers,
    collect() {
      this.set(pool.waitingCount());
    },
  });
  new Gauge({
    name: "calc_threads_busy",
    help: "Calculations that run now",
    registers,
    collect() {
      this.set(pool.runningCount());
    },
  });
  return {
    registry,
    requests: new Counter({
      name: "calc_requests_total",
      help: "Requests to POST /calculate by status",
      labelNames: ["status"],
      registers,
    }),
    inFlight: new Gauge({
      name: "calc_requests_in_flight",
      help: "Requests to POST /calculate inside",
      registers,
    }),
    durationSeconds: new Histogram({
      name: "calc_request_duration_seconds",
      help: "Time from the request to its answer, waiting included",
      buckets: [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30],
      registers,
    }),
  };
}
