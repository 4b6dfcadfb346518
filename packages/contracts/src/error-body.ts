import { type Static, Type } from "typebox";

/** Every refusal of every HTTP server of ours. */
export const ErrorBody = Type.Object({ code: Type.String(), message: Type.String() });
export type ErrorBody = Static<typeof ErrorBody>;
