import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const Alert = Type.Object({
  status: Type.String(),
  labels: Type.Record(Type.String(), Type.Unknown()),
  annotations: Type.Optional(Type.Unknown()),
});
type Alert = Static<typeof Alert>;

/**
 * What Alertmanager's and Grafana's webhook bodies have in common; all their other fields are let pass unread. How many
 * alerts there are the size of the body limits; a bad one among them takes nothing from the good ones.
 */
export const AlertBody = Type.Object({ status: Type.String(), alerts: Type.Array(Type.Unknown()) });

export interface Alerts {
  readonly status: string;
  readonly alerts: readonly Alert[];
}

/** The alerts that have the form of one. `undefined`: there are alerts, and none of them has. */
export function wellFormed({ status, alerts }: Static<typeof AlertBody>): Alerts | undefined {
  const good = alerts.filter((alert): alert is Alert => Value.Check(Alert, alert));
  return good.length === 0 && alerts.length > 0 ? undefined : { status, alerts: good };
}

export interface AlertReading {
  readonly woken: boolean;
  readonly reason: string;
}

const NOT_ABOUT_LOAD: Readonly<Record<string, string>> = {
  DatasourceNoData: "no-data",
  DatasourceError: "datasource-error",
  TestAlert: "test",
};

/** Whether an alert wakes the loop. It never says how many servers there should be. */
export function readAlert({ status, alerts }: Alerts): AlertReading {
  if (status === "resolved") return { woken: false, reason: "resolved" };
  if (status !== "firing") return { woken: false, reason: "status-unknown" };
  const firing = alerts.filter((alert) => alert.status === "firing");
  const ignored = firing.map(({ labels }) => NOT_ABOUT_LOAD[String(labels["alertname"])]);
  if (firing.length === 0) return { woken: false, reason: "nothing-firing" };
  const [first] = ignored;
  if (first !== undefined && ignored.every((reason) => reason !== undefined))
    return { woken: false, reason: first };
  return { woken: true, reason: "firing" };
}

/**
 * Whether a firing alert says that this pool's load is high (label `autoscale: up`). Grafana can let a rule
 * fire for want of data; then its state reason says so, and nothing is known of the load.
 */
export function asksToGrow({ alerts }: Alerts, pool: string): boolean {
  return alerts.some(({ status, labels, annotations }) => {
    const isOurs = labels["autoscale"] === "up" && (labels["pool"] ?? pool) === pool;
    const reason: unknown =
      typeof annotations === "object" && annotations !== null
        ? Reflect.get(annotations, "grafana_state_reason")
        : undefined;
    const isAboutLoad =
      NOT_ABOUT_LOAD[String(labels["alertname"])] === undefined && !/NoData|Error/.test(String(reason));
    return status === "firing" && isOurs && isAboutLoad;
  });
}
