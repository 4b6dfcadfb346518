/**
 * Whether servers that fail their probes may be replaced. When more than half of the pool fails at once,
 * the fault is rather shared (network, a release, the prober itself), and removing servers makes it worse.
 */
export function mayReplaceUnhealthy({
  unhealthyCount,
  servingCount,
}: {
  readonly unhealthyCount: number;
  readonly servingCount: number;
}): boolean {
  return unhealthyCount * 2 <= servingCount;
}
