/** What happens outside the scaler at one moment of a simulated day. */
export interface Moment {
  /** CPU that the clients ask for, in percent of one server. */
  readonly demandPercent: number;
  readonly isPrometheusDown: boolean;
  readonly isCloudFull: boolean;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A day of a shop in Jakarta: quiet at night, a plateau by day, the peak in the evening. */
const DEMAND_BY_HOUR = [
  40, 30, 25, 25, 30, 45, 80, 120, 180, 230, 260, 290, 320, 330, 300, 290, 300, 340, 400, 430, 400, 300, 180,
  90, 40,
];

const spikes = [
  { fromMs: 9.5 * HOUR_MS, forMs: 5 * MINUTE_MS, percent: 200 },
  { fromMs: 15.25 * HOUR_MS, forMs: MINUTE_MS, percent: 250 },
  { fromMs: 20.5 * HOUR_MS, forMs: 8 * MINUTE_MS, percent: 150 },
];
const prometheusDown = { fromMs: 19 * HOUR_MS, forMs: 25 * MINUTE_MS };
const cloudFull = { fromMs: 17.8 * HOUR_MS, forMs: 20 * MINUTE_MS };

/** @param sinceMidnightMs 0..24 h */
export function momentOfDay(sinceMidnightMs: number, noise: number): Moment {
  const hour = Math.floor(sinceMidnightMs / HOUR_MS);
  const part = sinceMidnightMs / HOUR_MS - hour;
  const from = DEMAND_BY_HOUR[hour] ?? 0;
  const to = DEMAND_BY_HOUR[hour + 1] ?? from;
  const spiking = spikes
    .filter((spike) => isDuring(spike, sinceMidnightMs))
    .reduce((sum, { percent }) => sum + percent, 0);
  return {
    demandPercent: (from + (to - from) * part) * (0.95 + 0.1 * noise) + spiking,
    isPrometheusDown: isDuring(prometheusDown, sinceMidnightMs),
    isCloudFull: isDuring(cloudFull, sinceMidnightMs),
  };
}

function isDuring(
  { fromMs, forMs }: { readonly fromMs: number; readonly forMs: number },
  atMs: number,
): boolean {
  return atMs >= fromMs && atMs < fromMs + forMs;
}
