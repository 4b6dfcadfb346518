import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { CloudError, isUnknownOutcome } from "./errors.ts";
import { type Looking, lookUntilSeen } from "./poll.ts";

/** The one of this name. @throws {CloudError} CLOUD_AMBIGUOUS when there are several. */
export function onlyOne<T>(found: readonly T[], what: string, name: string): T | undefined {
  if (found.length <= 1) return found[0];
  const problem = `${found.length} ${what} have the name ${name}, which must be unique; delete the wrong ones`;
  const request = `find ${what} by name`;
  throw new CloudError(problem, { request, code: "CLOUD_AMBIGUOUS", outcome: "rejected" });
}

/** What is done about answers that got lost: the cloud's lists and records decide what became of the call. */
export function createLookUps(clock: Clock, lookUp: Looking) {
  const lookAfter = async <T>(error: unknown, look: () => Promise<T | undefined>): Promise<T> => {
    if (!isUnknownOutcome(error)) throw error;
    const seen = await lookUntilSeen(clock, lookUp, look);
    if (seen === undefined) throw error;
    return seen;
  };
  return {
    /** There is no idempotency key: the unique name takes its place, before the call and after a lost answer. */
    async makeOrAdopt<T>(find: () => Promise<T | undefined>, make: () => Promise<T>): Promise<T> {
      return (await find()) ?? make().catch((error: unknown) => lookAfter(error, find));
    },
    /** Sends a change and reads; after a lost answer what is read decides whether it took effect. */
    async sendAndRead<T>(
      send: () => Promise<void>,
      read: () => Promise<T>,
      done: (now: T) => boolean,
    ): Promise<T> {
      const readWhenDone = async () => {
        const now = await read();
        return done(now) ? now : undefined;
      };
      return send().then(read, (error: unknown) => lookAfter(error, readWhenDone));
    },
  };
}
