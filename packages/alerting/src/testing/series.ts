/** One line of promtool's `input_series`. */
export interface Series {
  readonly series: string;
  readonly values: string;
}

export const SCRAPE_SECONDS = 5;

/** A stretch of time. Without `busy`: the server answers no scrape. */
export interface Stretch {
  readonly seconds: number;
  readonly busy?: number;
  /** The machine starts again: its counters begin at 0. */
  readonly isReset?: boolean;
}

/** CPU counters and `up` of a member of the pool. `busy` is in percent. */
export function server(name: string, ...stretches: readonly Stretch[]): readonly Series[] {
  const idle: string[] = [];
  const user: string[] = [];
  const up: string[] = [];
  let idleSeconds = 1_000;
  let userSeconds = 1_000;
  let isThere = false;
  for (const { seconds, busy, isReset } of stretches) {
    if (isReset === true) [idleSeconds, userSeconds] = [0, 0];
    for (let at = 0; at < seconds; at += SCRAPE_SECONDS) {
      if (busy === undefined) {
        idle.push(isThere ? "stale" : "_");
        user.push(isThere ? "stale" : "_");
        up.push("0");
        isThere = false;
        continue;
      }
      isThere = true;
      userSeconds += (SCRAPE_SECONDS * busy) / 100;
      idleSeconds += SCRAPE_SECONDS * (1 - busy / 100);
      idle.push(idleSeconds.toFixed(3));
      user.push(userSeconds.toFixed(3));
      up.push("1");
    }
  }
  const labels = `job="service",pool="calc",server="${name}",instance="${name}:9100"`;
  return [
    { series: `node_cpu_seconds_total{${labels},cpu="0",mode="idle"}`, values: idle.join(" ") },
    { series: `node_cpu_seconds_total{${labels},cpu="0",mode="user"}`, values: user.join(" ") },
    { series: `up{${labels}}`, values: up.join(" ") },
  ];
}

/** A member that joins (`before` seconds after the start) or that leaves Prometheus's targets at the end. */
export function member(
  name: string,
  { before = 0, ...rest }: { readonly before?: number; readonly leaves?: boolean },
  ...stretches: readonly Stretch[]
): readonly Series[] {
  const absent = Array.from({ length: before / SCRAPE_SECONDS }, () => "_");
  const gone = rest.leaves === true ? Array.from({ length: 200 }, () => "stale") : [];
  return server(name, ...stretches).map(({ series, values }) => ({
    series,
    values: [...absent, values, ...gone].join(" "),
  }));
}

/** The same value at each scrape of some stretches; `undefined` is no sample. */
export function gauge(
  series: string,
  ...stretches: readonly (readonly [number, number | undefined])[]
): Series {
  const values = stretches.flatMap(([seconds, value]) =>
    Array.from({ length: seconds / SCRAPE_SECONDS }, () => (value === undefined ? "_" : String(value))),
  );
  return { series, values: values.join(" ") };
}
