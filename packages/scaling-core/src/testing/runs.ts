/** Runs of each property: 2 000 in `npm test`, more where the configuration of Jest says so (`npm run test:long`). */
export const runs = { numRuns: Number(Reflect.get(globalThis, "PROPERTY_RUNS") ?? 2_000) };
