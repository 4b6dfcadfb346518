export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix seconds and value, in order; NaN is left out. */
  readonly points: readonly (readonly [second: number, value: number])[];
}

export interface Range {
  readonly fromSecond: number;
  readonly toSecond: number;
  readonly stepSeconds: number;
}

/** @throws with Prometheus's own words. */
export async function rangeQuery(
  prometheusUrl: string,
  expr: string,
  range: Range,
): Promise<readonly Series[]> {
  const response = await fetch(`${prometheusUrl}/api/v1/query_range`, {
    method: "POST",
    body: new URLSearchParams({
      query: expr,
      start: String(range.fromSecond),
      end: String(range.toSecond),
      step: String(range.stepSeconds),
    }),
  });
  const body = (await response.json()) as {
    readonly error?: string;
    readonly data?: {
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly values: readonly (readonly [number, string])[];
      }[];
    };
  };
  if (body.data === undefined)
    throw new Error(`Prometheus refuses ${expr}: ${body.error ?? response.status}`);
  return body.data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values
      .map(([second, text]) => [second, Number(text)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  }));
}
