import type { FirewallRuleRecord } from "../state/records.ts";

/** `3 s`, `5 min`, `2 h`, `4 d`. */
export function ageOf(sinceMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - sinceMs) / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `in tcp 80 from anywhere`, `out udp to 10.0.0.0/8`. */
export function ruleInWords({ direction, protocol, ports, prefixes }: FirewallRuleRecord): string {
  const range = ports && (ports.start === ports.end ? ` ${ports.start}` : ` ${ports.start}-${ports.end}`);
  const what = `${protocol === "any" ? "anything" : protocol}${range ?? ""}`;
  const others = prefixes?.join(", ") ?? "anywhere";
  return direction === "inbound" ? `in ${what} from ${others}` : `out ${what} to ${others}`;
}

export function rupiah(amount: number): string {
  return `Rp ${Math.round(amount)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ".")}`;
}

/** `14:03:59`, as the cloud's own times are: UTC. */
export function timeOfDay(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
