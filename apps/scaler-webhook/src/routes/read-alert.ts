import { type Static, Type } from "typebox";

const Labels = Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 4_000 }));

/** What Alertmanager's and Grafana's webhook bodies have in common; all their other fields are let pass unread. */
export const AlertBody = Type.Object({
  status: Type.String({ maxLength: 40 }),
  alerts: Type.Array(
    Type.Object({
      status: Type.String({ maxLength: 40 }),
      labels: Labels,
      annotations: Type.Optional(Type.Unknown()),
    }),
    { maxItems: 1_000 },
  ),
});
export type AlertBody = Static<typeof AlertBody>;

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
export function readAlert({ status, alerts }: AlertBody): AlertReading {
  if (status === "resolved") return { woken: false, reason: "resolved" };
  if (status !== "firing") return { woken: false, reason: "status-unknown" };
  const firing = alerts.filter((alert) => alert.status === "firing");
  const ignored = firing.map(({ labels }) => NOT_ABOUT_LOAD[labels["alertname"] ?? ""]);
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
export function asksToGrow({ alerts }: AlertBody, pool: string): boolean {
  return alerts.some(({ status, labels, annotations }) => {
    const isOurs = labels["autoscale"] === "up" && (labels["pool"] ?? pool) === pool;
    const reason: unknown =
      typeof annotations === "object" && annotations !== null
        ? Reflect.get(annotations, "grafana_state_reason")
        : undefined;
    const isAboutLoad =
      NOT_ABOUT_LOAD[labels["alertname"] ?? ""] === undefined && !/NoData|Error/.test(String(reason));
    return status === "firing" && isOurs && isAboutLoad;
  });
}
