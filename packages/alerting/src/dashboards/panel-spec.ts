/** A dashboard as plain data: Grafana's JSON and our own pictures are both made from it. */
export interface DashboardSpec {
  readonly slug: "autoscaling" | "servers";
  readonly title: string;
  readonly description: string;
  /** Start of the time range, as in `now-1h`. */
  readonly from: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[];
  readonly marks: readonly MarkSpec[];
}

export interface PanelSpec {
  readonly id: number;
  /** A graph begins at 0. */
  readonly kind: "graph" | "number";
  readonly title: string;
  readonly description: string;
  /** Id of a unit of Grafana's. */
  readonly unit: string;
  readonly targets: readonly TargetSpec[];
  /** Shown where there is no value; says why that may be all right. */
  readonly empty: string;
  readonly max?: number;
  readonly decimals?: number;
  /** Lines of the policy or of an alarm, from the lowest. */
  readonly lines?: readonly LineSpec[];
  readonly isStepped?: boolean;
  readonly isStacked?: boolean;
}

export interface TargetSpec {
  readonly expr: string;
  /** Text, with `{{label}}` for a label's value. */
  readonly legend: string;
}

export interface LineSpec {
  readonly at: number;
  readonly color: "green" | "orange" | "red";
  readonly meaning: string;
}

export interface MarkSpec {
  readonly name: string;
  readonly expr: string;
  readonly color: "red" | "blue";
}
