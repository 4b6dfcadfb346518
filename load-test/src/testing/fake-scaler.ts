import type { DecisionView, PoolView, ServerView } from "@autoscaler/contracts";
import { serve } from "@autoscaler/service-kit/testing/serve.ts";

export interface FakeScaler {
  readonly url: string;
  readonly token: string;
  /** What it says from now on. */
  say(view: { readonly pool: PoolView; readonly servers: readonly ServerView[] }): void;
  decide(decision: DecisionView): void;
  /** Answers every request with this status instead; undefined ends that. */
  fail(status: number | undefined): void;
  close(): Promise<void>;
}

/** The three routes of scaler-webhook that a load test reads, over real HTTP. */
export async function startFakeScaler(first: PoolView): Promise<FakeScaler> {
  const token = "operator-token";
  let pool = first;
  let servers: readonly ServerView[] = [];
  let failure: number | undefined;
  const decisions: DecisionView[] = [];

  const answer = (url: URL): unknown => {
    if (url.pathname === "/v1/pools") return [pool];
    if (url.pathname === `/v1/pools/${pool.pool}/servers`) return servers;
    if (url.pathname !== `/v1/pools/${pool.pool}/decisions`) return undefined;
    const sinceId = Number(url.searchParams.get("sinceId"));
    return decisions.filter(({ id }) => id > sinceId).toReversed();
  };
  const { url, close } = await serve((request, response) => {
    const body = answer(new URL(request.url ?? "/", "http://fake"));
    const authorised = request.headers.authorization === `Bearer ${token}`;
    const status = failure ?? (authorised ? (body === undefined ? 404 : 200) : 401);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? body : { code: "FAKE", message: "no" }));
  });

  return {
    url,
    token,
    say(view) {
      pool = view.pool;
      servers = view.servers;
    },
    decide(decision) {
      decisions.push(decision);
    },
    fail(status) {
      failure = status;
    },
    close,
  };
}
