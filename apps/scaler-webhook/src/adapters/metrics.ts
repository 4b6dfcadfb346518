import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { MetricsPort } from "../loop/ports.ts";

export interface Metrics extends MetricsPort {
  readonly registry: Registry;
  /** One alert body, by what became of it. */
  alerted(outcome: string): void;
}

const LEG_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];

export function createMetrics({
  pool,
  withProcess = false,
}: {
  readonly pool: string;
  readonly withProcess?: boolean;
}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ pool });
  if (withProcess) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  /** Absent until first set: a 0 before the first tick would read as a silent scaler and an empty pool. */
  const gauge = (name: string, help: string) => {
    const made = new Gauge({ name, help, registers });
    made.remove();
    return made;
  };

  const tickSeconds = new Histogram({
    name: "scaler_tick_seconds",
    help: "Duration of a tick",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
    registers,
  });
  const lastTick = gauge(
    "scaler_last_tick_timestamp_seconds",
    "End of the last whole tick; alert when it is old",
  );
  const desiredSize = gauge("scaler_desired_size", "Servers the pool should have, the seed counted");
  const inService = gauge("scaler_in_service_servers", "Servers in the load balancer, the seed counted");
  const load = gauge("scaler_load_percent", "Mean CPU over warm serving servers; NaN without a reading");
  const servers = new Gauge({
    name: "scaler_servers",
    help: "Clones by phase",
    labelNames: ["phase"],
    registers,
  });
  const legs = new Histogram({
    name: "scaler_reaction_leg_seconds",
    help: "Legs of a reaction: t0 load seen, t1 decided, t2 clone sent, t3 runs, t4 first good probe, t5 acknowledged",
    labelNames: ["leg"],
    buckets: LEG_BUCKETS,
    registers,
  });
  const failures = new Counter({
    name: "scaler_call_failures_total",
    help: "Failed calls to the outside, servers that never became ready, machines outside the journal",
    labelNames: ["call"],
    registers,
  });
  const violations = new Counter({
    name: "scaler_invariant_violations_total",
    help: "Broken invariants, by their number in docs/design.md; must stay 0",
    labelNames: ["invariant"],
    registers,
  });
  const alerts = new Counter({
    name: "scaler_alerts_total",
    help: "Alert bodies",
    labelNames: ["outcome"],
    registers,
  });
  // At 0 from the start, or an alert on their increase would miss the first one.
  for (const call of ["serverReady", "untrackedMachine"]) failures.inc({ call }, 0);
  for (const invariant of [1, 2, 3, 4, 5, 6, 7, 9]) violations.inc({ invariant: String(invariant) }, 0);

  return {
    registry,
    alerted: (outcome) => alerts.inc({ outcome }),
    ticked(facts) {
      tickSeconds.observe(facts.durationMs / 1000);
      lastTick.set(facts.atMs / 1000);
      desiredSize.set(facts.desiredSize);
      inService.set(facts.inServiceCount);
      load.set(facts.loadPercent ?? Number.NaN);
      servers.reset();
      for (const [phase, count] of Object.entries(facts.serversByPhase)) servers.set({ phase }, count);
    },
    leg: (leg, seconds) => legs.observe({ leg }, seconds),
    failed: (call) => failures.inc({ call }),
    violated(broken) {
      for (const { invariant } of broken) violations.inc({ invariant: String(invariant) });
    },
  };
}
