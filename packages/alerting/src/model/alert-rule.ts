/** A sentence in both languages of our users. `{VALUE}` stands for the value of the rule's expression. */
export interface Words {
  readonly en: string;
  readonly id: string;
}

/** One alert, said once; Prometheus rules, Grafana rules and the documentation are made from it. */
export interface AlertRule {
  /** The `alertname`: up to 25 characters with hyphens between its words. In lower case its heading in docs/runbook.md. */
  readonly name: string;
  readonly audience: "scaler" | "operator";
  /** One number, or one a server. */
  readonly expr: string;
  readonly comparison: ">" | "<";
  readonly threshold: number;
  readonly forSeconds: number;
  /** What Grafana does while the expression gives nothing or Prometheus does not answer. */
  readonly withoutData: "keep" | "fire" | "quiet";
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: Words;
  readonly description: Words;
  /** Where the value is drawn. */
  readonly panel: { readonly dashboard: "autoscaling" | "servers"; readonly id: number };
}

/** The texts of a rule; `value` is how its engine writes the value into one. */
export function annotationsOf(
  { name, summary, description }: AlertRule,
  runbookUrl: string,
  value: string,
): Readonly<Record<string, string>> {
  const texts = (key: string, { en, id }: Words) => ({
    [key]: en.replaceAll("{VALUE}", value),
    [`${key}_id`]: id.replaceAll("{VALUE}", value),
  });
  return {
    ...texts("summary", summary),
    ...texts("description", description),
    runbook_url: `${runbookUrl}#${name.toLowerCase()}`,
  };
}

/** The same length in the form in which Prometheus and Grafana print it: 90 -> `1m30s`, 0 -> `0s`. */
export function durationText(seconds: number): string {
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new Error(`${seconds} s is no duration of whole seconds`);
  if (seconds === 0) return "0s";
  const parts: readonly (readonly [string, number])[] = [
    ["h", Math.floor(seconds / 3_600)],
    ["m", Math.floor((seconds % 3_600) / 60)],
    ["s", seconds % 60],
  ];
  return parts.map(([unit, count]) => (count === 0 ? "" : `${count}${unit}`)).join("");
}
