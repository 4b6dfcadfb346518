import {
  BESIDE_CPU,
  cpuPercentByServer,
  type LoadReading,
  loadReading,
  type ScalingPolicy,
} from "@autoscaler/scaling-core";
import { type Clock, requestJson } from "@autoscaler/service-kit";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LoadsPort } from "../loop/ports.ts";

const Answer = Type.Object({
  status: Type.Literal("success"),
  data: Type.Object({
    resultType: Type.Literal("vector"),
    result: Type.Array(
      Type.Object({
        metric: Type.Record(Type.String(), Type.String()),
        value: Type.Tuple([Type.Number(), Type.String()]),
      }),
    ),
  }),
});

/** An answer further from our own time than this describes another moment. */
const STALE_MS = 60_000;

export function createPrometheusPort(options: {
  readonly url: string;
  readonly pool: string;
  readonly windowSeconds: number;
  readonly clock: Clock;
  /** Which signals beside CPU are wanted. */
  readonly signals?: ScalingPolicy["signals"];
  readonly timeoutMs?: number;
}): LoadsPort {
  const { url, clock, signals = {}, timeoutMs = 3_000 } = options;
  const ask = async (query: string) => {
    const { status, body } = await requestJson(`${url}/api/v1/query?query=${encodeURIComponent(query)}`, {
      timeoutMs,
    });
    if (!Value.Check(Answer, body)) throw new Error(`Prometheus answered ${status} without a vector`);
    return body;
  };
  const number = async (query: string) => readNumber(await ask(query), clock.nowMs());
  const byServer = async (query: string) => readLoads(await ask(query), clock.nowMs());

  return {
    read: () => byServer(cpuPercentByServer(options)),
    async readSignals() {
      const readings = await Promise.all(
        Object.values(BESIDE_CPU).map(async ({ field, readAs, query }) => {
          if (signals[field] === undefined) return [];
          const read = readAs === "per-server" ? byServer : number;
          const reading = await read(query(options)).catch(() => undefined);
          return reading === undefined ? [] : [[field, reading] as const];
        }),
      );
      return Object.fromEntries(readings.flat());
    },
  };
}

/** The one value of the one fresh series; nothing when there are several, or it is no number. */
function readNumber({ data }: Static<typeof Answer>, nowMs: number): number | undefined {
  const [series, ...others] = data.result;
  if (series === undefined || others.length > 0) return undefined;
  const [atSeconds, text] = series.value;
  const value = parseValue(text);
  return isFresh(atSeconds, nowMs) && Number.isFinite(value) ? value : undefined;
}

/** A server with two series has contradictory loads, hence none. */
export function readLoads({ data }: Static<typeof Answer>, nowMs: number): ReadonlyMap<string, LoadReading> {
  const loads = new Map<string, LoadReading>();
  for (const { metric, value } of data.result) {
    const name = metric["server"];
    if (name === undefined) continue;
    const [atSeconds, text] = value;
    const reading: LoadReading = isFresh(atSeconds, nowMs)
      ? loadReading(parseValue(text))
      : { kind: "missing", why: "stale" };
    loads.set(name, loads.has(name) ? { kind: "missing", why: "contradictory" } : reading);
  }
  return loads;
}

function isFresh(atSeconds: number, nowMs: number): boolean {
  return Math.abs(nowMs - atSeconds * 1000) <= STALE_MS;
}

/** Prometheus writes numbers as text, also `NaN` and `+Inf`. An empty text is no zero. */
function parseValue(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
