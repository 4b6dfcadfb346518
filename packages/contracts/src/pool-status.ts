import { type Static, Type } from "typebox";

export const ServerPhase = Type.Union(
  ["planned", "creating", "booting", "probing", "serving", "draining", "deleting", "gone", "failed"].map(
    (phase) => Type.Literal(phase),
  ),
);

/** One server of a pool as `GET /v1/pools/:pool/servers` shows it. The seed is the one with role `seed`. */
export const ServerView = Type.Object({
  name: Type.String(),
  role: Type.Union([Type.Literal("seed"), Type.Literal("clone")]),
  phase: Type.String(),
  phaseSinceMs: Type.Number(),
  warm: Type.Boolean(),
  vmUuid: Type.Optional(Type.String()),
  privateIpv4: Type.Optional(Type.String()),
  /** CPU in use, 0..100, as the last tick saw it. */
  loadPercent: Type.Optional(Type.Number()),
});
export type ServerView = Static<typeof ServerView>;

/** `GET /v1/pools`: an array of these. */
export const PoolView = Type.Object({
  pool: Type.String(),
  minSize: Type.Integer(),
  maxSize: Type.Integer(),
  desiredSize: Type.Integer(),
  /** Servers in the load balancer, the seed counted. */
  inServiceCount: Type.Integer(),
  /** Mean over warm serving servers; absent while there is no reading. */
  loadPercent: Type.Optional(Type.Number()),
  targetPercent: Type.Number(),
  lastReason: Type.Optional(Type.String()),
});
export type PoolView = Static<typeof PoolView>;

/** One row of `GET /v1/pools/:pool/decisions`, newest first. */
export const DecisionView = Type.Object({
  id: Type.Integer(),
  atMs: Type.Number(),
  pool: Type.String(),
  fromSize: Type.Integer(),
  toSize: Type.Integer(),
  reason: Type.String(),
  /** A sentence for people. */
  sentence: Type.String(),
  loadPercent: Type.Optional(Type.Number()),
});
export type DecisionView = Static<typeof DecisionView>;
