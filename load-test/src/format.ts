/** `2:05`; hours are not split off. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** `1 234`, with a no-break space. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

/** `142 ms`, `1.3 s`. */
export function msText(ms: number | undefined): string {
  if (ms === undefined) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `6/s`, `0.5/s`. */
export function rateText(rps: number): string {
  return `${Number(rps.toFixed(rps < 10 ? 1 : 0))}/s`;
}

/** `1 server`, `3 servers`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
