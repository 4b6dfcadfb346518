import type { ServerResponse } from "node:http";
import { requestJson } from "./http-json.ts";
import { type Served, serve } from "./testing/serve.ts";

type Answer = (response: ServerResponse) => void;
const TOO_MUCH = Buffer.alloc(33 * 1024 * 1024, " ");

describe("requestJson", () => {
  let server: Served;
  let answer: Answer;
  let url = "";

  beforeAll(async () => {
    server = await serve((_request, response) => answer(response));
    url = `${server.url}/v1?token=s3cret`;
  });
  afterAll(() => server.close());

  it("gives status, text and what the text is as JSON, whatever the status", async () => {
    answer = (response) => response.writeHead(418).end('{"a":[1]}');
    const text = '{"a":[1]}';
    expect(await requestJson(url, { timeoutMs: 5_000 })).toEqual({ status: 418, text, body: { a: [1] } });

    answer = (response) => response.end("<html>");
    expect(await requestJson(url, { timeoutMs: 5_000 })).toMatchObject({ status: 200, body: undefined });
  });

  it.each<{ when: string; give: Answer; why: string }>([
    { when: "nothing comes in time", give: () => undefined, why: "TimeoutError" },
    { when: "the connection breaks", give: (response) => response.destroy(), why: "UND_ERR_SOCKET" },
    { when: "there is no end to it", give: (response) => response.end(TOO_MUCH), why: "RangeError" },
  ])("says in one sentence without a secret when $when", async ({ give, why }) => {
    const timeoutMs = why === "TimeoutError" ? 200 : 20_000;
    answer = give;
    const request = requestJson(url, { method: "PUT", token: "s3cret", json: "s3cret", timeoutMs });

    await expect(request).rejects.toThrow(new Error(`PUT ${url.split("?")[0]}: no complete answer (${why})`));
  });
});
