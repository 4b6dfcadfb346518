import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  readonly wantedGeneration: Gauge;
  readonly servedGeneration: Gauge;
  readonly acknowledgeSeconds: Histogram;
  readonly updates: Counter<"status">;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    wantedGeneration: new Gauge({
      name: "lb_agent_wanted_generation",
      help: "Generation that is wanted",
      registers,
    }),
    servedGeneration: new Gauge({
      name: "lb_agent_served_generation",
      help: "Last generation that Traefik was seen to serve",
      registers,
    }),
    acknowledgeSeconds: new Histogram({
      name: "lb_agent_acknowledge_seconds",
      help: "Time from a written file until Traefik serves it",
      buckets: [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
      registers,
    }),
    updates: new Counter({
      name: "lb_agent_updates_total",
      help: "PUT /v1/backends by status",
      labelNames: ["status"],
      registers,
    }),
  };
}
