import type { ScalingPolicy } from "./policy-shape.ts";
import { type CpuQuery, latencyP95Ms, memoryPercentByServer, requestsPerSecond } from "./promql.ts";

/** A field of `policy.signals`: the target of a signal. */
export type SignalField = keyof ScalingPolicy["signals"];

interface SignalWords {
  readonly unit: "%" | "requests/s" | "ms";
  /** In the middle of a sentence, and before the value. */
  readonly english: { readonly noun: string; readonly valueIs: string };
  readonly indonesian: { readonly noun: string; readonly valueIs: string };
}

interface SignalKind<Field> extends SignalWords {
  readonly name: string;
  readonly field: Field;
  /** A percentage per server (label `server`), a sum that those in service share, or one number that holds for each. */
  readonly readAs: "per-server" | "shared" | "same-for-all";
  readonly query: (query: CpuQuery) => string;
}

/** The signals beside CPU in the order in which decisions have them. The compiler wants one for each field. */
export const BESIDE_CPU = {
  memoryPercent: {
    name: "memory",
    field: "memoryPercent",
    unit: "%",
    readAs: "per-server",
    query: memoryPercentByServer,
    english: { noun: "memory in use", valueIs: "Memory in use is" },
    indonesian: { noun: "memori terpakai", valueIs: "Memori terpakai" },
  },
  requestsPerSecond: {
    name: "requests",
    field: "requestsPerSecond",
    unit: "requests/s",
    readAs: "shared",
    query: requestsPerSecond,
    english: { noun: "the traffic per server", valueIs: "Traffic per server is" },
    indonesian: { noun: "lalu lintas per server", valueIs: "Lalu lintas per server" },
  },
  latencyP95Ms: {
    name: "latency",
    field: "latencyP95Ms",
    unit: "ms",
    readAs: "same-for-all",
    query: latencyP95Ms,
    english: { noun: "the response time", valueIs: "The 95th percentile of the response time is" },
    indonesian: { noun: "waktu respons", valueIs: "Persentil ke-95 waktu respons" },
  },
} as const satisfies { readonly [Field in SignalField]: SignalKind<Field> };

export type SignalName = "cpu" | (typeof BESIDE_CPU)[SignalField]["name"];

const CPU: SignalWords = {
  unit: "%",
  english: { noun: "CPU", valueIs: "Load is" },
  indonesian: { noun: "CPU", valueIs: "Beban" },
};

export function wordsOf(signal: SignalName): SignalWords {
  return Object.values(BESIDE_CPU).find(({ name }) => name === signal) ?? CPU;
}
