import { Type } from "typebox";

/** A week at most: what an operator forgets ends by itself. */
const forSeconds = Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 }));

/** `PUT /v1/pools/:pool/pause`, an hour if not told. */
export const PauseBody = Type.Object(
  {
    direction: Type.Enum(["up", "down", "both"]),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    forSeconds,
  },
  { additionalProperties: false },
);
export const PauseView = Type.Object({
  direction: Type.String(),
  reason: Type.String(),
  sinceMs: Type.Number(),
  untilMs: Type.Number(),
});

/** `PUT /v1/pools/:pool/size`, the seed counted; an hour if not told, then the policy decides again. */
export const SizeBody = Type.Object(
  { size: Type.Integer({ minimum: 1, maximum: 1_000 }), forSeconds },
  { additionalProperties: false },
);
export const SizeView = Type.Object({ size: Type.Integer(), untilMs: Type.Number() });

/** `PUT /v1/pools/:pool/servers/:server/protection`, a day if not told. */
export const ProtectionBody = Type.Object({ forSeconds }, { additionalProperties: false });
export const ProtectionView = Type.Object({ server: Type.String(), protectedUntilMs: Type.Number() });

/** `POST /v1/scale-up` and `/v1/scale-down`. An alert's body has no business here: it would make a step of each notification. */
export const StepBody = Type.Union([
  Type.Null(),
  Type.Object({ reason: Type.Optional(Type.String({ maxLength: 200 })) }, { additionalProperties: false }),
]);
export const StepView = Type.Object({
  pool: Type.String(),
  /** What the loop was asked for; it stays within the policy's limits. */
  requestedSize: Type.Integer(),
  holdsUntilMs: Type.Number(),
  message: Type.String(),
});
