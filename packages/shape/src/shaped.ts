import type { Static, TSchema } from "typebox";

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** The type of what a schema describes, read-only through and through. */
export type Shaped<S extends TSchema> = Frozen<Static<S>>;
