/** Nearest-rank quantile of unsorted values: an observed value, never one in between. `share` is 0..1. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
