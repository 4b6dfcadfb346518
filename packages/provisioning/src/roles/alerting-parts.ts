import type { HealthCheck, MachineFile, MachineUnit } from "../apply-document.ts";

/** What one way of alerting adds to the monitor VM. */
export interface AlertingParts {
  readonly users: readonly string[];
  readonly files: readonly MachineFile[];
  readonly units: readonly MachineUnit[];
  readonly health: readonly HealthCheck[];
  /** Rules that Prometheus evaluates itself, telling an Alertmanager on the same machine. */
  readonly prometheusRules?: string;
  /** Whether something in the private network, but not on this machine, asks Prometheus. */
  readonly isPrometheusAskedFromOutside?: true;
}

export const noAlertingParts: AlertingParts = { users: [], files: [], units: [], health: [] };
