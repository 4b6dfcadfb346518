import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { ShapeError } from "./decode.ts";
import { CloudError, type CloudErrorCode, isCloudError } from "./errors.ts";
import { createLane } from "./lanes.ts";
import type { CloudRequest, Transport } from "./transport.ts";

/** Where the client logs; a pino logger fits. */
export interface CloudLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface CallerOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** 0 <= x < 1. */
  readonly random: () => number;
  readonly log: CloudLog;
  readonly maxInFlight: number;
  /** Tries of a read, and of a change that was proven not sent. */
  readonly tryCount: number;
}

export interface CallOptions {
  /** Blocks until a machine has changed: such calls always leave one place free for quick ones. */
  readonly slow?: boolean;
}

export type Decode<T> = (body: unknown) => T;
/** @throws {CloudError}, with CLOUD_BAD_ANSWER also when `decode` throws a ShapeError. */
export type Caller = <T>(request: CloudRequest, decode: Decode<T>, options?: CallOptions) => Promise<T>;

const BACKOFF_START_MS = 250;
const BACKOFF_LIMIT_MS = 5_000;
/** Longest wait inside a call. A longer `retry-after` fails the call; the error holds the time. */
const RETRY_AFTER_LIMIT_MS = 60_000;
/** Pause after a 429 without `retry-after`; the API documents no limits. */
const RATE_LIMIT_PAUSE_MS = 1_000;

const WORTH_REPEATING: ReadonlySet<CloudErrorCode> = new Set([
  "CLOUD_TIMEOUT",
  "CLOUD_UNREACHABLE",
  "CLOUD_FAILED",
  "CLOUD_RATE_LIMITED",
  "CLOUD_LOCKED",
  "CLOUD_BAD_ANSWER",
]);

/**
 * Adds limits and retries to the transport: few calls at a time, a pause for all after a 429, and retries with
 * jitter where they are safe: reads, and changes that never left this machine.
 */
export function createCaller({
  transport,
  clock,
  random,
  log,
  maxInFlight,
  tryCount,
}: CallerOptions): Caller {
  const all = createLane(maxInFlight);
  const slow = createLane(Math.max(1, maxInFlight - 1));
  let pausedUntilMs = 0;

  async function once<T>(request: CloudRequest, decode: Decode<T>): Promise<T> {
    const pauseMs = pausedUntilMs - clock.nowMs();
    if (pauseMs > 0) await clock.sleep(pauseMs);
    const startMs = clock.nowMs();
    const about = { method: request.method, path: request.path };
    try {
      const result = decodeAnswer(request, await transport(request), decode);
      log.debug({ event: "cloud.call", ...about, durationMs: clock.nowMs() - startMs }, "cloud call done");
      return result;
    } catch (error) {
      if (isCloudError(error)) {
        if (error.code === "CLOUD_RATE_LIMITED") pausedUntilMs = clock.nowMs() + pauseAfter(error);
        const { code, outcome, status, correlationId, networkCode } = error;
        const failed = {
          code,
          outcome,
          status,
          correlationId,
          networkCode,
          durationMs: clock.nowMs() - startMs,
        };
        log.debug({ event: "cloud.call_failed", ...about, ...failed }, "cloud call failed");
      }
      throw error;
    }
  }

  return async function call(request, decode, options = {}) {
    const send = () => all(() => once(request, decode));
    for (let tries = 1; ; tries += 1) {
      try {
        return await (options.slow === true ? slow(send) : send());
      } catch (error) {
        if (tries >= tryCount || !isCloudError(error) || !mayRepeat(request, error)) throw error;
        const delayMs = Math.max(backoffMs(tries, random()), error.retryAfterMs ?? 0);
        log.warn(
          {
            event: "cloud.retry",
            method: request.method,
            path: request.path,
            code: error.code,
            tries,
            delayMs,
          },
          "repeating a cloud call",
        );
        await clock.sleep(delayMs);
      }
    }
  };
}

function decodeAnswer<T>(request: CloudRequest, body: unknown, decode: Decode<T>): T {
  try {
    return decode(body);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new CloudError(`answered with a body in another shape than documented: ${error.message}`, {
      request: `${request.method} ${request.path}`,
      code: "CLOUD_BAD_ANSWER",
      outcome: "unknown",
    });
  }
}

function mayRepeat(request: CloudRequest, error: CloudError): boolean {
  if ((error.retryAfterMs ?? 0) > RETRY_AFTER_LIMIT_MS) return false;
  if (error.outcome === "not-sent") return error.code === "CLOUD_UNREACHABLE";
  return request.method === "GET" && WORTH_REPEATING.has(error.code);
}

function pauseAfter(error: CloudError): number {
  return Math.min(error.retryAfterMs ?? RATE_LIMIT_PAUSE_MS, RETRY_AFTER_LIMIT_MS);
}

/** Exponential, with jitter from half to the whole: callers spread out, and no retry is immediate. */
export function backoffMs(tries: number, random: number): number {
  const fullMs = Math.min(BACKOFF_START_MS * 2 ** (tries - 1), BACKOFF_LIMIT_MS);
  return Math.round(fullMs * (0.5 + random / 2));
}
