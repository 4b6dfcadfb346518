import type { BackendsUpdate } from "@autoscaler/contracts";

/** What Traefik is to serve. Generation 0: nobody has said yet, it is the agent's own first list. */
export interface WantedBackends {
  readonly generation: number;
  readonly pools: readonly { readonly pool: string; readonly backends: readonly string[] }[];
}

export type UpdateKind =
  | "new"
  /** The same again, for example after a lost answer: acknowledged once more. */
  | "repeat"
  /** A later word has been heard; this one was on its way too long. */
  | "older"
  /** Two different bodies with one number: somebody counts wrongly. */
  | "conflict";

export function classifyUpdate(current: WantedBackends, update: WantedBackends): UpdateKind {
  if (update.generation > current.generation) return "new";
  if (update.generation < current.generation) return "older";
  return JSON.stringify(update) === JSON.stringify(current) ? "repeat" : "conflict";
}

/** One form for the same content: neither the order of pools nor that of backends means anything. */
export function wantedFrom({ generation, pools }: BackendsUpdate): WantedBackends {
  return {
    generation,
    pools: pools
      .map(({ pool, backends }) => ({ pool, backends: [...backends].sort() }))
      .sort((a, b) => (a.pool < b.pool ? -1 : 1)),
  };
}
