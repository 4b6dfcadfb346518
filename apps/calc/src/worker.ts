/** What a thread of the pool does. Failures reach the caller of the pool. */
export { calculate } from "./calculation.ts";
