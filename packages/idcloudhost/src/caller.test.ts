import { createFakeClock } from "@autoscaler/service-kit/clock.ts";
import { backoffMs, createCaller } from "./caller.ts";
import { ShapeError } from "./decode.ts";
import { CloudError, type CloudErrorDetails } from "./errors.ts";
import type { CloudRequest } from "./transport.ts";

const silent = { debug: () => undefined, warn: () => undefined };
const read: CloudRequest = { method: "GET", path: "/v1/x", deadlineMs: 1 };
const change: CloudRequest = { method: "POST", path: "/v1/x", deadlineMs: 1 };

function failure(details: Partial<CloudErrorDetails>): CloudError {
  return new CloudError("failed", {
    request: "GET /v1/x",
    code: "CLOUD_FAILED",
    outcome: "unknown",
    ...details,
  });
}

function setUp(answer: (call: number) => unknown) {
  const clock = createFakeClock();
  const sentAtMs: number[] = [];
  const call = createCaller({
    transport: async () => {
      sentAtMs.push(clock.nowMs());
      const result = answer(sentAtMs.length);
      if (result instanceof Error) throw result;
      return result;
    },
    clock,
    random: () => 0.5,
    log: silent,
    maxInFlight: 4,
    tryCount: 3,
  });
  return { call, clock, sentAtMs };
}

describe("createCaller", () => {
  it.each([
    { when: "a read meets 5xx", request: read, error: failure({}), tries: 3 },
    { when: "a read times out", request: read, error: failure({ code: "CLOUD_TIMEOUT" }), tries: 3 },
    {
      when: "a read gets half an answer",
      request: read,
      error: failure({ code: "CLOUD_BAD_ANSWER" }),
      tries: 3,
    },
    {
      when: "a read is refused",
      request: read,
      error: failure({ code: "CLOUD_REFUSED", outcome: "rejected" }),
      tries: 1,
    },
    {
      when: "a read is not found",
      request: read,
      error: failure({ code: "CLOUD_NOT_FOUND", outcome: "rejected" }),
      tries: 1,
    },
    {
      when: "a read has the wrong key",
      request: read,
      error: failure({ code: "CLOUD_UNAUTHORIZED", outcome: "rejected" }),
      tries: 1,
    },
    { when: "a change meets 5xx", request: change, error: failure({}), tries: 1 },
    { when: "a change times out", request: change, error: failure({ code: "CLOUD_TIMEOUT" }), tries: 1 },
    {
      when: "a change is rate limited",
      request: change,
      error: failure({ code: "CLOUD_RATE_LIMITED", outcome: "rejected" }),
      tries: 1,
    },
    {
      when: "a change finds a locked VM",
      request: change,
      error: failure({ code: "CLOUD_LOCKED", outcome: "rejected" }),
      tries: 1,
    },
    {
      when: "a change was never sent",
      request: change,
      error: failure({ code: "CLOUD_UNREACHABLE", outcome: "not-sent" }),
      tries: 3,
    },
    {
      when: "the pause asked for is too long",
      request: read,
      error: failure({ code: "CLOUD_RATE_LIMITED", outcome: "rejected", retryAfterMs: 3_600_000 }),
      tries: 1,
    },
  ])("$when: tried $tries times", async ({ request, error, tries }) => {
    const { call, clock, sentAtMs } = setUp(() => error);

    const result = expect(call(request, (body) => body)).rejects.toBe(error);
    await clock.advance(60_000);
    await result;

    expect(sentAtMs).toHaveLength(tries);
  });

  it("waits as long as retry-after asks before it retries", async () => {
    const limited = failure({ code: "CLOUD_RATE_LIMITED", outcome: "rejected", retryAfterMs: 7_000 });
    const { call, clock, sentAtMs } = setUp((count) => (count === 1 ? limited : "done"));

    const result = call(read, (body) => body);
    await clock.advance(60_000);

    expect(await result).toBe("done");
    expect(sentAtMs).toEqual([0, 7_000]);
  });

  it("holds back all callers after a 429", async () => {
    const limited = failure({ code: "CLOUD_RATE_LIMITED", outcome: "rejected", retryAfterMs: 2_000 });
    const { call, clock, sentAtMs } = setUp((count) => (count === 1 ? limited : "done"));

    await expect(call(change, (body) => body)).rejects.toBe(limited);
    const other = call(change, (body) => body);
    await clock.advance(10_000);

    expect(await other).toBe("done");
    expect(sentAtMs).toEqual([0, 2_000]);
  });

  it("treats an answer of another shape as a bad answer, and reads again", async () => {
    const { call, clock } = setUp((count) => count);

    const result = call(read, (body) => {
      if (body === 1) throw new ShapeError("uuid is missing");
      return body;
    });
    await clock.advance(60_000);

    expect(await result).toBe(2);
  });

  it("has four calls in flight at most, and keeps a place free from slow ones", async () => {
    const waiting: (() => void)[] = [];
    const started: string[] = [];
    const call = createCaller({
      transport: (request) => {
        started.push(request.path);
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
      clock: createFakeClock(),
      random: () => 0,
      log: silent,
      maxInFlight: 4,
      tryCount: 1,
    });
    const slow = [1, 2, 3, 4, 5].map(() =>
      call({ ...change, path: "slow" }, () => undefined, { slow: true }),
    );
    const quick = [1, 2].map(() => call({ ...read, path: "quick" }, () => undefined));
    await turn();

    expect(started).toEqual(["slow", "slow", "slow", "quick"]);
    while (waiting.length > 0) {
      waiting.shift()?.();
      await turn();
    }
    await Promise.all([...slow, ...quick]);
    expect(started).toHaveLength(7);
  });
});

describe("backoffMs", () => {
  it("grows, is never zero, and is capped", () => {
    expect([1, 2, 3, 20].map((tries) => backoffMs(tries, 0))).toEqual([125, 250, 500, 2_500]);
    expect(backoffMs(20, 0.999_999)).toBe(5_000);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
