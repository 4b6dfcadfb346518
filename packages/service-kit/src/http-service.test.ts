import Fastify from "fastify";
import { HttpError, httpServerDefaults, requireBearer, useErrorBodies } from "./http-service.ts";

function setUp() {
  const app = Fastify(httpServerDefaults);
  useErrorBodies(app);
  app.post(
    "/echo",
    {
      schema: {
        body: {
          type: "object",
          required: ["n"],
          properties: { n: { type: "integer" } },
          additionalProperties: false,
        },
      },
    },
    async () => ({ ok: true }),
  );
  app.get("/boom", async () => {
    throw new Error("database password is hunter2");
  });
  app.get("/full", async () => {
    throw new HttpError(503, "QUEUE_FULL", "try again in a second");
  });
  app.get("/private", { onRequest: requireBearer("right") }, async () => ({ ok: true }));
  return app;
}

describe("an HTTP server of ours", () => {
  it.each([
    {
      when: "the route is unknown",
      method: "GET",
      url: "/nope?x=1",
      payload: undefined,
      status: 404,
      code: "ROUTE_UNKNOWN",
    },
    {
      when: "the method is unknown",
      method: "DELETE",
      url: "/echo",
      payload: undefined,
      status: 404,
      code: "ROUTE_UNKNOWN",
    },
    {
      when: "a field is missing",
      method: "POST",
      url: "/echo",
      payload: "{}",
      status: 400,
      code: "BODY_INVALID",
    },
    {
      when: "a field is unknown",
      method: "POST",
      url: "/echo",
      payload: '{"n":1,"m":2}',
      status: 400,
      code: "BODY_INVALID",
    },
    {
      when: "a number comes as text",
      method: "POST",
      url: "/echo",
      payload: '{"n":"1"}',
      status: 400,
      code: "BODY_INVALID",
    },
    {
      when: "the JSON is broken",
      method: "POST",
      url: "/echo",
      payload: '{"n":',
      status: 400,
      code: "BODY_INVALID",
    },
    {
      when: "the body is huge",
      method: "POST",
      url: "/echo",
      payload: `{"n":1,"m":"${"x".repeat(300_000)}"}`,
      status: 413,
      code: "BODY_TOO_LARGE",
    },
    {
      when: "a refusal is meant for the caller",
      method: "GET",
      url: "/full",
      payload: undefined,
      status: 503,
      code: "QUEUE_FULL",
    },
    {
      when: "the server fails",
      method: "GET",
      url: "/boom",
      payload: undefined,
      status: 500,
      code: "INTERNAL",
    },
  ] as const)("answers $status $code when $when", async ({ method, url, payload, status, code }) => {
    const response = await setUp().inject({
      method,
      url,
      ...(payload === undefined ? {} : { payload, headers: { "content-type": "application/json" } }),
    });

    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({ code, message: expect.any(String) });
    expect(response.body).not.toContain("hunter2");
  });

  it.each([
    { when: "no token", headers: {}, status: 401 },
    { when: "another token", headers: { authorization: "Bearer wrong" }, status: 401 },
    { when: "another scheme", headers: { authorization: "Basic right" }, status: 401 },
    { when: "the token", headers: { authorization: "Bearer right" }, status: 200 },
  ])("answers $status to $when", async ({ headers, status }) => {
    expect((await setUp().inject({ url: "/private", headers })).statusCode).toBe(status);
  });

  it("refuses a form body", async () => {
    const response = await setUp().inject({
      method: "POST",
      url: "/echo",
      payload: "n=1",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });

    expect(response.statusCode).toBe(415);
    expect(response.json()).toMatchObject({ code: "MEDIA_TYPE_UNSUPPORTED" });
  });
});
