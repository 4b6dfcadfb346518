import type { FastifyInstance } from "fastify";
import type { CalculationPool } from "./calculation-pool.ts";

export interface FakePoolOptions {
  readonly limit: number;
  /** Calculations last until `release`. */
  readonly hold: boolean;
  readonly failWith?: string;
}

/** A pool of one thread whose calculation costs nothing. */
export function createFakePool({ limit, hold, failWith }: FakePoolOptions) {
  const started: number[] = [];
  const waiting = new Set<number>();
  let runningCount = 0;
  let letGo: () => void = () => undefined;
  const gate = hold ? new Promise<void>((resolve) => (letGo = resolve)) : Promise.resolve();

  const pool: CalculationPool = {
    async run(number, signal) {
      if (runningCount > 0) {
        if (waiting.size >= limit) return { kind: "full" };
        waiting.add(number);
        signal?.addEventListener("abort", () => waiting.delete(number));
        await gate;
        if (!waiting.delete(number)) return { kind: "aborted" };
      }
      runningCount += 1;
      started.push(number);
      await gate;
      runningCount -= 1;
      if (failWith !== undefined) throw new Error(failWith);
      return { kind: "done", result: { input: number, pbkdf2Hash: `p${number}`, scryptHash: `s${number}` } };
    },
    waitingCount: () => waiting.size,
    runningCount: () => runningCount,
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return {
    pool,
    started,
    release: () => letGo(),
    running: (count: number) => until(() => runningCount === count),
    waiting: (count: number) => until(() => waiting.size === count),
  };
}

export function post(app: FastifyInstance, payload: string | object, type = "application/json") {
  return app.inject({ method: "POST", url: "/calculate", headers: { "content-type": type }, payload });
}
