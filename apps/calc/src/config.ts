import { type Environment, readEnvironment } from "@autoscaler/service-kit";

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Calculations at once; more than the machine has cores only adds waiting. */
  readonly workerCount: number;
  /** Calculations that may wait; at 120 ms each the default of 64 is a wait of about 8 s. */
  readonly queueLimit: number;
  /** How long a stopping server goes on serving while the load balancer notices its 503. */
  readonly drainNoticeMs: number;
  /** How long it then waits for what is inside. */
  readonly drainDeadlineMs: number;
}

export function parseConfig(environment: Environment): Config {
  return readEnvironment(environment, (env) => ({
    host: env.text("HOST", { fallback: "0.0.0.0" }),
    port: env.integer("PORT", { min: 1, max: 65_535, fallback: 3000 }),
    workerCount: env.integer("WORKER_COUNT", { min: 1, max: 64, fallback: 1 }),
    queueLimit: env.integer("QUEUE_LIMIT", { min: 0, max: 100_000, fallback: 64 }),
    drainNoticeMs: 1000 * env.integer("DRAIN_NOTICE_SECONDS", { min: 0, max: 60, fallback: 3 }),
    drainDeadlineMs: 1000 * env.integer("DRAIN_DEADLINE_SECONDS", { min: 1, max: 600, fallback: 30 }),
  }));
}
