import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { type Served, serve } from "@autoscaler/service-kit/testing/serve.ts";
import { createCloud } from "./create-cloud.ts";
import { CloudError } from "./errors.ts";
import { createTransport } from "./transport.ts";

const KEY = "SECRET-api-key-0123456789";
const PASSWORD = "Geheim-Passwort-1";

interface Row {
  readonly when: string;
  readonly answer: (response: ServerResponse, request: IncomingMessage) => void;
  readonly expected: { readonly code: string; readonly outcome: string; readonly status?: number };
}

const rows: readonly Row[] = [
  {
    when: "no key",
    answer: say(401, { message: "missing apikey header" }),
    expected: { code: "CLOUD_UNAUTHORIZED", outcome: "rejected", status: 401 },
  },
  {
    when: "a wrong key, echoed",
    answer: (res, req) => say(403, { message: `bad key ${req.headers["apikey"]}` })(res),
    expected: { code: "CLOUD_UNAUTHORIZED", outcome: "rejected", status: 403 },
  },
  {
    when: "an unknown VM",
    answer: say(400, { errors: { Error: "No such virtual machine exists. abc" } }),
    expected: { code: "CLOUD_NOT_FOUND", outcome: "rejected", status: 400 },
  },
  {
    when: "an unknown VM, other spelling",
    answer: say(400, { errors: { Error: "No such virtual machine exists: abc" } }),
    expected: { code: "CLOUD_NOT_FOUND", outcome: "rejected" },
  },
  {
    when: "an unknown network",
    answer: say(400, { message: "Network UUID is invalid." }),
    expected: { code: "CLOUD_NOT_FOUND", outcome: "rejected" },
  },
  {
    when: "an unknown address",
    answer: say(404, { message: "Ip address 203.0.113.9 was not found." }),
    expected: { code: "CLOUD_NOT_FOUND", outcome: "rejected" },
  },
  {
    when: "an unknown location",
    answer: say(404, { message: "no route and no API found with those values" }),
    expected: { code: "CLOUD_ROUTE_UNKNOWN", outcome: "rejected" },
  },
  {
    when: "an invalid field",
    answer: say(400, { errors: { vcpu: "Invalid whole number provided" } }),
    expected: { code: "CLOUD_REFUSED", outcome: "rejected" },
  },
  {
    when: "an empty 400",
    answer: say(400, undefined),
    expected: { code: "CLOUD_REFUSED", outcome: "rejected" },
  },
  {
    when: "a locked VM",
    answer: say(409, { errors: { Error: "locked" } }),
    expected: { code: "CLOUD_LOCKED", outcome: "rejected" },
  },
  {
    when: "too many calls",
    answer: say(429, {}),
    expected: { code: "CLOUD_RATE_LIMITED", outcome: "rejected" },
  },
  {
    when: "a failure",
    answer: say(500, { message: "oops" }),
    expected: { code: "CLOUD_FAILED", outcome: "unknown" },
  },
  {
    when: "a gateway's HTML",
    answer: (res) => res.writeHead(502).end("<html>bad gateway</html>"),
    expected: { code: "CLOUD_FAILED", outcome: "unknown" },
  },
  {
    when: "errors with status 200",
    answer: say(200, { errors: { Error: "Something is wrong" } }),
    expected: { code: "CLOUD_REFUSED", outcome: "rejected", status: 200 },
  },
  {
    when: "an unknown VM with status 200",
    answer: say(200, { errors: { Error: "No such virtual machine exists. x" } }),
    expected: { code: "CLOUD_NOT_FOUND", outcome: "rejected" },
  },
  {
    when: "HTML with status 200",
    answer: (res) => res.writeHead(200).end("<html>hello</html>"),
    expected: { code: "CLOUD_BAD_ANSWER", outcome: "unknown" },
  },
  {
    when: "a redirect",
    answer: (res) => res.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    expected: { code: "CLOUD_BAD_ANSWER", outcome: "unknown" },
  },
  {
    when: "a dropped connection",
    answer: (res) => res.socket?.destroy(),
    expected: { code: "CLOUD_UNREACHABLE", outcome: "unknown" },
  },
  {
    when: "an answer cut in the middle",
    answer: (res) => {
      res.writeHead(200, { "content-length": "100" }).write("{", () => res.socket?.destroy());
    },
    expected: { code: "CLOUD_UNREACHABLE", outcome: "unknown" },
  },
  { when: "silence", answer: () => undefined, expected: { code: "CLOUD_TIMEOUT", outcome: "unknown" } },
];

describe("createTransport", () => {
  let server: Served;
  let answer: Row["answer"];
  let seen: {
    method: string | undefined;
    url: string | undefined;
    headers: IncomingMessage["headers"];
    body: string;
  };

  beforeAll(async () => {
    server = await serve(async (request, response) => {
      const body = await text(request);
      seen = { method: request.method, url: request.url, headers: request.headers, body };
      answer(response, request);
    });
  });
  afterAll(() => server.close());

  const send = (extra: object = {}, url = server.url) =>
    createTransport({ baseUrl: url, apiKey: KEY })({
      method: "POST",
      path: "/v1/jkt01/user-resource/vm",
      form: { name: "a b", password: PASSWORD },
      deadlineMs: 300,
      ...extra,
    });

  it.each(rows)("$when: $expected.code, $expected.outcome, and no secret in it", async (row) => {
    answer = row.answer;

    const error = await failureOf(send());

    expect(error).toMatchObject({ ...row.expected, request: "POST /v1/jkt01/user-resource/vm" });
    expectNoSecret(error);
  });

  it("knows that a refused connection sent nothing", async () => {
    const error = await failureOf(send({}, "http://127.0.0.1:1"));

    expect(error).toMatchObject({
      code: "CLOUD_UNREACHABLE",
      outcome: "not-sent",
      networkCode: "ECONNREFUSED",
    });
    expectNoSecret(error);
  });

  it("hides a password that an error text repeats", async () => {
    answer = say(400, { errors: { password: `value ${PASSWORD} is too weak` } });

    const error = await failureOf(send());

    expect(error.message).toContain("[hidden] is too weak");
    expectNoSecret(error);
  });

  it.each([
    { when: "seconds", header: "3", check: (ms: number) => ms === 3_000 },
    {
      when: "a date that has passed",
      header: "Thu, 01 Jan 2026 00:00:00 GMT",
      check: (ms: number) => ms === 0,
    },
  ])("reads retry-after given as $when", async ({ header, check }) => {
    answer = (response) => response.writeHead(429, { "retry-after": header }).end();

    const { retryAfterMs } = await failureOf(send());

    expect(check(retryAfterMs ?? -1)).toBe(true);
  });

  it("keeps the correlation id of the platform", async () => {
    answer = (response) => response.writeHead(500, { "x-warren-correlation-id": "abc-123" }).end();

    expect((await failureOf(send())).correlationId).toBe("abc-123");
  });

  it("sends forms with %20, JSON as JSON, and the key in its header only", async () => {
    answer = say(200, { ok: true });

    await send();
    expect(seen).toMatchObject({ body: `name=a%20b&password=${PASSWORD}`, headers: { apikey: KEY } });
    expect(seen.headers["content-type"]).toBe("application/x-www-form-urlencoded");

    await send({ form: undefined, json: { name: "a b" } });
    expect(seen.body).toBe('{"name":"a b"}');
    expect(seen.headers["content-type"]).toBe("application/json");

    await send({ method: "DELETE", form: undefined, query: { uuid: "x y" } });
    expect(seen).toMatchObject({ method: "DELETE", url: "/v1/jkt01/user-resource/vm?uuid=x%20y", body: "" });
    expect(seen.headers["content-type"]).toBeUndefined();
  });

  it.each([
    { when: "empty", text: "", value: undefined },
    { when: "true", text: "true", value: true },
    { when: "an unpaid amount under `message`", text: '{"message":59.96}', value: { message: 59.96 } },
  ])("accepts a success whose body is $when", async ({ text, value }) => {
    answer = (response) => response.writeHead(200).end(text);

    expect(await send()).toEqual(value);
  });
});

describe("createCloud", () => {
  it("shows no key when it is inspected, nor in what it logs", async () => {
    const lines: unknown[] = [];
    const log = {
      debug: (...line: unknown[]) => lines.push(line),
      warn: (...line: unknown[]) => lines.push(line),
    };
    const cloud = createCloud({
      apiUrl: "http://127.0.0.1:1",
      apiKey: KEY,
      location: "jkt01",
      log,
      tryCount: 2,
    });

    expectNoSecret(await failureOf(cloud.listVms()));
    expect(lines.length).toBeGreaterThan(0);
    expect(show(lines)).not.toContain(KEY);
    expect(show(cloud)).not.toContain(KEY);
  });

  it.each([
    { when: "the URL is none", options: { apiUrl: "api.idcloudhost.com" }, text: "apiUrl" },
    { when: "the key is empty", options: { apiKey: "" }, text: "apiKey" },
    { when: "the key has a line end", options: { apiKey: `${KEY}\n` }, text: "apiKey" },
    { when: "the location is a path", options: { location: "../jkt01" }, text: "location" },
  ])("refuses at once when $when", ({ options, text }) => {
    const create = () =>
      createCloud({ apiUrl: "https://api.idcloudhost.com", apiKey: KEY, location: "", ...options });

    expect(create).toThrow(text);
    expect(create).not.toThrow(KEY);
  });
});

function say(status: number, body: unknown) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  };
}

async function failureOf(promise: Promise<unknown>): Promise<CloudError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof CloudError)) throw new Error(`not a CloudError: ${String(error)}`);
  return error;
}

function expectNoSecret(error: CloudError): void {
  for (const text of [show(error), error.stack ?? "", String(error), JSON.stringify(error)]) {
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(PASSWORD);
  }
}

function show(value: unknown): string {
  return inspect(value, { depth: 20, showHidden: true, getters: true });
}
