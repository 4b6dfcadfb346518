import type { Clock } from "@autoscaler/service-kit";
import type { FastifyInstance } from "fastify";

/** One request to the cloud, as `GET /_local/calls` shows it. Keys and bodies are not kept. */
export interface CallRecord {
  readonly atMs: number;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly durationMs: number;
  readonly owner?: number;
  readonly faults?: readonly string[];
}

/** The latest calls of a scope, refused and broken ones too. */
export interface CallRing {
  watch(app: FastifyInstance): void;
  /** Newest first. */
  list(): readonly CallRecord[];
  clear(): void;
}

const RING_SIZE = 1_000;
/** Status of a call whose connection ended before the answer. */
const NO_ANSWER = 0;

export function createCallRing(clock: Clock): CallRing {
  let records: CallRecord[] = [];
  const startedAtMs = new WeakMap<object, number>();
  const record = (request: DescribedRequest, status: number) => {
    const atMs = startedAtMs.get(request) ?? clock.nowMs();
    records.push({ atMs, ...describe(request), status, durationMs: clock.nowMs() - atMs });
    if (records.length > 2 * RING_SIZE) records = records.slice(-RING_SIZE);
  };

  return {
    watch(app) {
      app.addHook("onRequest", async (request) => {
        startedAtMs.set(request, clock.nowMs());
      });
      app.addHook("onResponse", async (request, reply) => record(request, reply.statusCode));
      app.addHook("onRequestAbort", async (request) => record(request, NO_ANSWER));
    },
    list: () => records.slice(-RING_SIZE).reverse(),
    clear() {
      records = [];
    },
  };
}

interface DescribedRequest {
  readonly method: string;
  readonly url: string;
  readonly tenant?: { readonly owner: number } | undefined;
  readonly faultNames?: readonly string[] | undefined;
  readonly routeOptions: { readonly config: { readonly operation?: string } };
}

function describe(request: DescribedRequest): Omit<CallRecord, "atMs" | "status" | "durationMs"> {
  const { method, url, tenant, faultNames = [] } = request;
  return {
    operation: request.routeOptions.config.operation ?? "unknown",
    method,
    url,
    ...(tenant === undefined ? {} : { owner: tenant.owner }),
    ...(faultNames.length === 0 ? {} : { faults: faultNames }),
  };
}
