import { requestJson } from "@autoscaler/service-kit";
import { Type } from "typebox";
import { Value } from "typebox/value";

export interface ServedPool {
  readonly servers: readonly string[];
  /** By URL, as Traefik's health check sees it. After each reload it starts with `up` for all. */
  readonly health: ReadonlyMap<string, "up" | "down">;
}

/** What Traefik serves at one moment. Generation 0: the agent's first list, or nothing of ours. */
export interface ServedBackends {
  readonly generation: number | undefined;
  readonly pools: ReadonlyMap<string, ServedPool>;
}

export interface Traefik {
  /** @throws {TraefikUnreachable} when its API gives no proper answer. */
  readServed(): Promise<ServedBackends>;
}

export class TraefikUnreachable extends Error {
  override readonly name = "TraefikUnreachable";
  readonly code = "TRAEFIK_UNREACHABLE";
}

const RawData = Type.Object({
  middlewares: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  services: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({
        loadBalancer: Type.Optional(
          Type.Object({
            servers: Type.Optional(Type.Array(Type.Object({ url: Type.Optional(Type.String()) }))),
          }),
        ),
        serverStatus: Type.Optional(Type.Record(Type.String(), Type.String())),
      }),
    ),
  ),
});
type RawData = Type.Static<typeof RawData>;

/** Reads `/api/rawdata`: one answer, so generation and servers belong together. */
export function createTraefik(options: { readonly apiUrl: string; readonly timeoutMs: number }): Traefik {
  const { apiUrl, timeoutMs } = options;
  return {
    async readServed() {
      const { status, body: data } = await requestJson(`${apiUrl}/api/rawdata`, { timeoutMs }).catch(
        (cause: unknown) => {
          throw new TraefikUnreachable("Traefik's API does not answer", { cause });
        },
      );
      if (status !== 200) throw new TraefikUnreachable(`Traefik's API answers ${status}`);
      if (!Value.Check(RawData, data)) throw new TraefikUnreachable("Traefik's API answers something else");
      return servedFrom(data);
    },
  };
}

function servedFrom({ middlewares = {}, services = {} }: RawData): ServedBackends {
  const generations = Object.keys(middlewares).flatMap((name) => {
    const digits = /^generation-(\d{1,16})@file$/.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  const pools = Object.entries(services).flatMap(([name, { loadBalancer, serverStatus = {} }]) => {
    const pool = /^(.+)@file$/.exec(name)?.[1];
    if (pool === undefined || loadBalancer === undefined) return [];
    const servers = (loadBalancer.servers ?? []).flatMap(({ url }) => (url === undefined ? [] : [url]));
    const health = Object.entries(serverStatus).map(
      ([url, status]) => [url, status === "UP" ? "up" : "down"] as const,
    );
    return [[pool, { servers, health: new Map(health) }] as const];
  });
  return {
    generation: generations.length === 0 ? undefined : Math.max(...generations),
    pools: new Map(pools),
  };
}
