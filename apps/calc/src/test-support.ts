import type { FastifyInstance } from "fastify";
import { createBoundedQueue } from "./bounded-queue.ts";
import type { CalculationResult } from "./calculation.ts";

export interface FakePoolOptions {
  readonly limit: number;
  /** Calculations last until `release`. */
  readonly hold: boolean;
  readonly failWith?: string;
}

/** The real queue over a calculation that costs nothing. */
export function createFakePool({ limit, hold, failWith }: FakePoolOptions) {
  const started: number[] = [];
  let letGo: () => void = () => undefined;
  const gate = hold ? new Promise<void>((resolve) => (letGo = resolve)) : Promise.resolve();
  const queue = createBoundedQueue<number, CalculationResult>({
    concurrency: 1,
    limit,
    perform: async (number) => {
      started.push(number);
      await gate;
      if (failWith !== undefined) throw new Error(failWith);
      return { input: number, pbkdf2Hash: `p${number}`, scryptHash: `s${number}` };
    },
  });
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return {
    queue,
    started,
    release: () => letGo(),
    running: (count: number) => until(() => queue.runningCount() === count),
    waiting: (count: number) => until(() => queue.waitingCount() === count),
  };
}

export function post(app: FastifyInstance, payload: string | object, type = "application/json") {
  return app.inject({ method: "POST", url: "/calculate", headers: { "content-type": type }, payload });
}
