import { type Static, Type } from "typebox";

const ServerPhase = Type.Enum([
  "planned",
  "creating",
  "booting",
  "probing",
  "serving",
  "draining",
  "deleting",
  "gone",
  "failed",
]);

/** One server of a pool as `GET /v1/pools/:pool/servers` shows it. The seed is the one with role `seed`. */
export const ServerView = Type.Object({
  name: Type.String(),
  role: Type.Union([Type.Literal("seed"), Type.Literal("clone")]),
  phase: ServerPhase,
  phaseSinceMs: Type.Number(),
  warm: Type.Boolean(),
  vmUuid: Type.Optional(Type.String()),
  privateIpv4: Type.Optional(Type.String()),
  /** CPU in use, 0..100, as the last tick saw it. */
  loadPercent: Type.Optional(Type.Number()),
  /** Of the service, as the seed had it when this was cloned. */
  release: Type.Optional(Type.String()),
  /** The pool does not shrink by this server until then. */
  protectedUntilMs: Type.Optional(Type.Number()),
  /** What its next step waits for, for people. */
  waitsFor: Type.Optional(Type.String()),
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
  /** Half-width of the dead band around the target, in percent of it. */
  tolerancePercent: Type.Number(),
  lastReason: Type.Optional(Type.String()),
  lastSentence: Type.Optional(Type.String()),
  /** `up`, `down` or `both` while a pause holds. */
  pausedDirection: Type.Optional(Type.String()),
  pausedUntilMs: Type.Optional(Type.Number()),
  /** An operator's exact size while it holds. */
  manualSize: Type.Optional(Type.Integer()),
  manualUntilMs: Type.Optional(Type.Number()),
  dryRun: Type.Optional(Type.Boolean()),
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
  sentenceIndonesian: Type.Optional(Type.String()),
  loadPercent: Type.Optional(Type.Number()),
});
export type DecisionView = Static<typeof DecisionView>;

/** `GET /v1/pools/:pool/decisions/:id`: with all that went into it, so that it can be decided again. */
export const DecisionDetail = Type.Object({
  id: Type.Integer(),
  atMs: Type.Number(),
  pool: Type.String(),
  decision: Type.Unknown(),
});
