import { type Environment, readEnvironment, variable } from "@autoscaler/service-kit";
import { type Static, Type } from "typebox";

const Variables = Type.Object({
  HOST: Type.String({ default: "0.0.0.0" }),
  PORT: variable.port(3000),
  /** Calculations at once; more than the machine has cores only adds waiting. */
  WORKER_COUNT: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
  /** Calculations that may wait; at 120 ms each the default is a wait of about 8 s. */
  QUEUE_LIMIT: Type.Integer({ minimum: 0, maximum: 100_000, default: 64 }),
  /** How long a stopping server goes on serving while the load balancer notices its 503. */
  DRAIN_NOTICE_SECONDS: Type.Integer({ minimum: 0, maximum: 60, default: 3 }),
  /** How long it then waits for what is inside. */
  DRAIN_DEADLINE_SECONDS: Type.Integer({ minimum: 1, maximum: 600, default: 30 }),
});

export function parseConfig(environment: Environment): Static<typeof Variables> {
  return readEnvironment(Variables, environment);
}
