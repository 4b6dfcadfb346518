import { buildApp } from "./app.ts";
import { createFakePool, post } from "./test-support.ts";

describe("POST /calculate", () => {
  it("answers the input and both hashes", async () => {
    const { app } = setUp();

    const response = await post(app, { number: 27 });

    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ input: 27, pbkdf2Hash: "p27", scryptHash: "s27" });
  });

  it.each([
    { when: "the number is zero", payload: { number: 0 }, code: "NUMBER_NOT_POSITIVE" },
    { when: "the number is negative", payload: { number: -3 }, code: "NUMBER_NOT_POSITIVE" },
    { when: "the number is missing", payload: {}, code: "NUMBER_NOT_POSITIVE" },
    { when: "the number is text", payload: { number: "13" }, code: "NUMBER_NOT_POSITIVE" },
    { when: "the number is null", payload: { number: null }, code: "NUMBER_NOT_POSITIVE" },
    { when: "the number is a list", payload: { number: [13] }, code: "NUMBER_NOT_POSITIVE" },
    {
      when: "the number is too large for a number",
      payload: '{"number":1e999}',
      code: "NUMBER_NOT_POSITIVE",
    },
    { when: "the number is a fraction", payload: { number: 13.5 }, code: "NUMBER_NOT_WHOLE" },
    { when: "the body is a list", payload: [13], code: "BODY_INVALID" },
    { when: "the body is not JSON", payload: "{number", code: "BODY_INVALID" },
    { when: "the body is empty", payload: "", code: "BODY_INVALID" },
  ])("refuses with 400 when $when", async ({ payload, code }) => {
    const { app, pool } = setUp();

    const response = await post(app, payload);

    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ code, message: expect.any(String), error: expect.any(String) });
    expect(pool.started).toEqual([]);
  });

  it.each([
    {
      when: "the type is not JSON",
      type: "application/xml",
      payload: "13",
      status: 415,
      code: "MEDIA_TYPE_UNSUPPORTED",
    },
    {
      when: "the body is too large",
      type: "application/json",
      payload: `{"number":1,"x":"${"x".repeat(300_000)}"}`,
      status: 413,
      code: "BODY_TOO_LARGE",
    },
  ])("refuses with $status when $when", async ({ type, payload, status, code }) => {
    const { app } = setUp();

    const response = await post(app, payload, type);

    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ code });
  });

  it("sheds load with 503 and Retry-After when the queue is full", async () => {
    const { app, pool } = setUp({ limit: 1, hold: true });

    const inside = [post(app, { number: 1 }), post(app, { number: 2 })];
    await pool.waiting(1);
    const response = await post(app, { number: 3 });

    expect(response.statusCode).toBe(503);
    expect(response.headers["retry-after"]).toBe("2");
    expect(response.json()).toMatchObject({ code: "QUEUE_FULL", error: expect.any(String) });
    pool.release();
    expect((await Promise.all(inside)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  });

  it("takes a request off the queue when its client has gone", async () => {
    const { app, pool } = setUp({ limit: 5, hold: true });
    const url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/calculate`;
    const request = (number: number, signal?: AbortSignal) =>
      fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ number }),
        ...(signal === undefined ? {} : { signal }),
      });

    const first = request(1);
    await pool.running(1);
    const abort = new AbortController();
    const second = request(2, abort.signal).catch(() => "gone");
    await pool.waiting(1);
    abort.abort();
    await pool.waiting(0);
    pool.release();

    expect((await first).status).toBe(200);
    expect(await second).toBe("gone");
    expect(pool.started).toEqual([1]);
    await app.close();
  });

  it("hides the reason of a failure inside", async () => {
    const { app } = setUp({ failWith: "secret detail" });

    const response = await post(app, { number: 1 });

    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain("secret");
    expect(response.json()).toMatchObject({ code: "INTERNAL" });
  });
});

describe("the other routes", () => {
  it("reports health, and 503 while draining", async () => {
    const state = { draining: false };
    const { app } = setUp({ isDraining: () => state.draining });

    expect((await app.inject("/healthz")).json()).toEqual({ status: "ok" });
    state.draining = true;
    const response = await app.inject("/healthz");

    expect([response.statusCode, response.json()]).toEqual([503, { status: "draining" }]);
  });

  it("goes on calculating while draining, but ends the connection", async () => {
    const { app } = setUp({ isDraining: () => true });

    const response = await post(app, { number: 5 });

    expect([response.statusCode, response.headers.connection]).toEqual([200, "close"]);
  });

  it("counts requests by status", async () => {
    const { app } = setUp();
    const base = await app.listen({ host: "127.0.0.1", port: 0 });

    for (const number of [1, 2, 0]) {
      const headers = { "content-type": "application/json" };
      await (
        await fetch(`${base}/calculate`, { method: "POST", headers, body: JSON.stringify({ number }) })
      ).text();
    }
    const text = (await app.inject("/metrics")).body;

    expect(text).toContain('calc_requests_total{status="200"} 2');
    expect(text).toContain('calc_requests_total{status="400"} 1');
    expect(text).toContain("calc_queue_depth 0");
    expect(text).toContain("calc_request_duration_seconds_count 3");
    await app.close();
  });

  it.each(["/", "/calculate", "/nope?token=secret"])("answers 404 with a code for GET %s", async (url) => {
    const { app } = setUp();

    const response = await app.inject(url);

    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code: "ROUTE_UNKNOWN" });
    expect(response.body).not.toContain("secret");
  });
});

interface SetUp {
  readonly limit?: number;
  readonly hold?: boolean;
  readonly failWith?: string;
  readonly isDraining?: () => boolean;
}

function setUp({ limit = 5, hold = false, failWith, isDraining = () => false }: SetUp = {}) {
  const pool = createFakePool({ limit, hold, ...(failWith === undefined ? {} : { failWith }) });
  return { app: buildApp({ pool: pool.pool, isDraining }), pool };
}
