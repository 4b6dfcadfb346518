import { DecisionView, PoolView, ServerView } from "@autoscaler/contracts";
import { requestJson } from "@autoscaler/service-kit";
import { parseShape } from "@autoscaler/shape";
import { type Static, type TSchema, Type } from "typebox";

export interface ScalerAccess {
  /** Base URL of scaler-webhook. */
  readonly url: string;
  /** The operator token. */
  readonly token: string;
  /** Absent: the only one that the scaler has. */
  readonly pool?: string;
}

export interface ScalerClient {
  /** All three reject when the scaler does not answer as agreed. */
  pool(): Promise<PoolView>;
  servers(pool: string): Promise<readonly ServerView[]>;
  decisionsAfter(pool: string, id: number): Promise<readonly DecisionView[]>;
}

const REQUEST_TIMEOUT_MS = 2000;

export function createScalerClient(access: ScalerAccess): ScalerClient {
  const { url, token } = access;
  const base = url.replace(/\/+$/, "");
  const read = async <T extends TSchema>(path: string, schema: T): Promise<Static<T>> => {
    const { status, body } = await requestJson(`${base}${path}`, { token, timeoutMs: REQUEST_TIMEOUT_MS });
    if (status >= 300) throw new Error(`the scaler answered ${status} to GET ${path}`);
    const answer = parseShape(schema, body, { whole: "the answer", mayGrow: true });
    if (answer.kind === "ok") return answer.value;
    throw new Error(`the scaler's answer to GET ${path} is of another form: ${answer.problems.join("; ")}`);
  };

  const readPool = async (): Promise<PoolView> => {
    const pools = await read("/v1/pools", Type.Array(PoolView));
    const found = access.pool === undefined ? pools : pools.filter(({ pool }) => pool === access.pool);
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    const names = pools.map(({ pool }) => pool).join(", ");
    throw new Error(`the scaler has the pools ${names}: choose one by --pool`);
  };

  return {
    pool: readPool,
    servers: (pool) => read(`/v1/pools/${pool}/servers`, Type.Array(ServerView)),
    decisionsAfter: (pool, id) =>
      read(`/v1/pools/${pool}/decisions?limit=100&sinceId=${id}`, Type.Array(DecisionView)),
  };
}
