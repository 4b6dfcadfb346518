import { cpuPercentByServer, type LoadReading, loadReading } from "@autoscaler/scaling-core";
import type { Clock } from "@autoscaler/service-kit";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LoadsPort } from "../loop/ports.ts";
import { requestJson } from "./http-json.ts";

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
  readonly timeoutMs?: number;
}): LoadsPort {
  const { url, clock, timeoutMs = 3_000 } = options;
  const query = encodeURIComponent(cpuPercentByServer(options));
  return {
    async read() {
      const { status, body } = await requestJson(`${url}/api/v1/query?query=${query}`, { timeoutMs });
      if (!Value.Check(Answer, body)) throw new Error(`Prometheus answered ${status} without a vector`);
      return readLoads(body, clock.nowMs());
    },
  };
}

/** A server with two series has contradictory loads, hence none. */
export function readLoads({ data }: Static<typeof Answer>, nowMs: number): ReadonlyMap<string, LoadReading> {
  const loads = new Map<string, LoadReading>();
  for (const { metric, value } of data.result) {
    const name = metric["server"];
    if (name === undefined) continue;
    const [atSeconds, text] = value;
    const isStale = !(Math.abs(nowMs - atSeconds * 1000) <= STALE_MS);
    const reading: LoadReading = isStale ? { kind: "missing", why: "stale" } : loadReading(parseValue(text));
    loads.set(name, loads.has(name) ? { kind: "missing", why: "contradictory" } : reading);
  }
  return loads;
}

/** Prometheus writes numbers as text, also `NaN` and `+Inf`. An empty text is no zero. */
function parseValue(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
