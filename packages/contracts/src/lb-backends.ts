import { type Static, Type } from "typebox";

/** `PUT /v1/backends` of lb-agent: the whole wanted state, never a change of it. */
export const BackendsUpdate = Type.Object(
  {
    /** Rises with every different body; an older one is refused with 409. */
    generation: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    pools: Type.Array(
      Type.Object(
        {
          pool: Type.String({ pattern: "^[a-z][a-z0-9-]{0,30}$" }),
          /** `http://<private IPv4>:<port>`, at least one. */
          backends: Type.Array(Type.String({ maxLength: 60 }), {
            minItems: 1,
            maxItems: 1000,
            uniqueItems: true,
          }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 20 },
    ),
  },
  { additionalProperties: false },
);
export type BackendsUpdate = Static<typeof BackendsUpdate>;

/** Answer of `PUT /v1/backends`, sent only when Traefik serves the generation. */
export const BackendsAcknowledgement = Type.Object({
  generation: Type.Integer(),
  /** Time from the request until Traefik served it. */
  acknowledgedAfterMs: Type.Number(),
});
export type BackendsAcknowledgement = Static<typeof BackendsAcknowledgement>;

export const BackendState = Type.Object({
  url: Type.String(),
  wanted: Type.Boolean(),
  served: Type.Boolean(),
  /** Traefik's own health check; `unknown` until it has run. */
  health: Type.Union([Type.Literal("up"), Type.Literal("down"), Type.Literal("unknown")]),
  /** TCP connections from the load balancer to the backend, idle keep-alive ones included. */
  openConnectionCount: Type.Integer({ minimum: 0 }),
});
export type BackendState = Static<typeof BackendState>;

/** Answer of `GET /v1/backends`. Generation 0: never told anything. */
export const BackendsStatus = Type.Object({
  wantedGeneration: Type.Integer({ minimum: 0 }),
  servedGeneration: Type.Integer({ minimum: 0 }),
  pools: Type.Array(Type.Object({ pool: Type.String(), backends: Type.Array(BackendState) })),
});
export type BackendsStatus = Static<typeof BackendsStatus>;
