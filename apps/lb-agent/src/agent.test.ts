import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { parse } from "yaml";
import { type AgentSetUp, startTestAgent, token } from "./testing/agent-setup.ts";
import { type FakeTraefikApi, startFakeTraefikApi } from "./testing/fake-traefik-api.ts";

const seed = "http://10.77.1.10:3000";
const clone = "http://10.77.1.11:3000";

let directory: string;
let traefik: FakeTraefikApi;

beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/lb-agent-`);
  await mkdir(`${directory}/dynamic`);
  traefik = await startFakeTraefikApi();
});
afterEach(async () => {
  await traefik.close();
  await rm(directory, { recursive: true });
});

describe("PUT /v1/backends", () => {
  it("writes the file and answers only once Traefik serves that generation", async () => {
    const { put } = await start();
    const seen: string[] = [];

    const answer = put(3, [seed, clone]).then((response) => {
      seen.push("answered");
      return response;
    });
    while (traefik.requestCount() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push("served");
    traefik.serve(wanted(3, [seed, clone]));
    const response = await answer;

    expect(seen).toEqual(["served", "answered"]);
    expect(response.json()).toEqual({ generation: 3, acknowledgedAfterMs: expect.any(Number) });
    expect(await servers()).toEqual([seed, clone]);
    expect(await readdir(`${directory}/dynamic`)).toEqual(["backends.yml"]);
  });

  it.each([
    { when: "it serves the marker but other servers", served: () => wanted(3, [seed]) },
    { when: "it serves the servers but an older marker", served: () => wanted(2, [seed, clone]) },
  ])("does not acknowledge when $when", async ({ served }) => {
    const { put } = await start({ acknowledgeTimeoutMs: 100 });
    traefik.serve(served());

    const response = await put(3, [seed, clone]);

    expect([response.statusCode, response.json().code]).toEqual([504, "NOT_ACKNOWLEDGED"]);
  });

  it.each([
    { when: "Traefik's API fails", status: 500, body: "no" },
    { when: "something else answers", status: 200, body: '{"services":{"calc@file":7}}' },
  ])("answers 504 and keeps it wanted when $when", async ({ status, body }) => {
    const { put, get } = await start({ acknowledgeTimeoutMs: 100 });
    traefik.answer(status, body);

    const response = await put(3, [seed]);
    traefik.serve(wanted(3, [seed]));

    expect(response.statusCode).toBe(504);
    expect(response.json().message).toMatch(/^Traefik's API does not answer/);
    expect((await get()).json()).toMatchObject({ wantedGeneration: 3, servedGeneration: 3 });
    expect((await put(3, [seed])).statusCode).toBe(200);
  });

  it("acknowledges a repeat again, refuses an older one and a different body of the same number", async () => {
    const { put } = await start();
    traefik.serve(wanted(3, [seed, clone]));

    const first = await put(3, [seed, clone]);
    const repeated = await put(3, [clone, seed]);
    const older = await put(2, [seed]);
    const different = await put(3, [seed]);

    expect([first, repeated].map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect([older.statusCode, older.json().code]).toEqual([409, "GENERATION_OLD"]);
    expect([different.statusCode, different.json().code]).toEqual([409, "GENERATION_CONFLICT"]);
    expect(await servers()).toEqual([seed, clone]);
  });

  it("takes concurrent updates one after the other: the last word stays", async () => {
    const { put } = await start({ acknowledgeTimeoutMs: 100 });

    const responses = await Promise.all([put(5, [seed]), put(7, [clone]), put(6, [seed, clone])]);

    expect(responses.map(({ statusCode }) => statusCode)).toEqual([504, 504, 409]);
    expect(await servers()).toEqual([clone]);
  });

  it.each([
    { when: "the list is empty", backends: [], code: "BODY_INVALID" },
    { when: "a URL comes twice", backends: [seed, seed], code: "BODY_INVALID" },
    { when: "a URL is outside", backends: ["http://10.99.0.1:3000"], code: "BACKENDS_REFUSED" },
    { when: "a URL is a template", backends: ['http://{{env "HOME"}}:3000'], code: "BACKENDS_REFUSED" },
    { when: "a URL is no text", backends: [3000], code: "BODY_INVALID" },
  ])("refuses with 400 when $when, and writes nothing", async ({ backends, code }) => {
    const { put } = await start();

    const response = await put(1, backends as string[]);

    expect([response.statusCode, response.json().code]).toEqual([400, code]);
    expect(await readdir(`${directory}/dynamic`)).toEqual([]);
  });

  it.each([
    { when: "generation 0", payload: { generation: 0, pools: [{ pool: "calc", backends: [seed] }] } },
    {
      when: "a generation as text",
      payload: { generation: "1", pools: [{ pool: "calc", backends: [seed] }] },
    },
    { when: "no pools", payload: { generation: 1, pools: [] } },
    {
      when: "an unknown field",
      payload: { generation: 1, pools: [{ pool: "calc", backends: [seed] }], x: 1 },
    },
    { when: "nothing", payload: {} },
  ])("refuses $when with 400", async ({ payload }) => {
    const { app } = await start();

    const headers = { authorization: `Bearer ${token}` };
    const response = await app.inject({ method: "PUT", url: "/v1/backends", headers, payload });

    expect([response.statusCode, response.json().code]).toEqual([400, "BODY_INVALID"]);
  });

  it.each([undefined, "Bearer wrong", token, "Basic dGVzdA=="])(
    "refuses the header %j with 401",
    async (header) => {
      const { app } = await start();
      const headers = header === undefined ? {} : { authorization: header };

      for (const method of ["GET", "PUT"] as const) {
        const response = await app.inject({
          method,
          url: "/v1/backends",
          headers,
          ...(method === "PUT" && { payload: {} }),
        });

        expect([response.statusCode, response.json().code]).toEqual([401, "UNAUTHORIZED"]);
      }
    },
  );
});

describe("startAgent", () => {
  it("serves the seed while nobody has said anything", async () => {
    const { get } = await start({ seedUrl: seed });
    traefik.serve(wanted(0, [seed]));

    expect(await servers()).toEqual([seed]);
    expect((await get()).json()).toMatchObject({ wantedGeneration: 0, servedGeneration: 0 });
  });

  it("keeps what was wanted over a restart, and its number", async () => {
    traefik.serve(wanted(4, [seed, clone]));
    await (await start({ seedUrl: seed })).put(4, [seed, clone]);
    await rm(`${directory}/dynamic/backends.yml`);

    const { put } = await start({ seedUrl: seed });

    expect(await servers()).toEqual([seed, clone]);
    expect((await put(3, [seed])).statusCode).toBe(409);
  });

  it.each([
    { when: "is damaged", content: '{"generation":4' },
    { when: "holds another shape", content: '{"generation":4,"pools":"calc"}' },
    { when: "names a foreign address", content: JSON.stringify(wanted(4, ["http://10.99.0.1:3000"])) },
  ])("serves the seed and takes any later word when the saved state $when", async ({ content }) => {
    traefik.serve(wanted(4, [seed, clone]));
    await (await start()).put(4, [seed, clone]);
    await writeFile(`${directory}/state/backends.json`, content);

    const { put } = await start({ seedUrl: seed });

    expect(await servers()).toEqual([seed]);
    expect((await put(4, [seed, clone])).statusCode).toBe(200);
  });
});

describe("GET /v1/backends", () => {
  it("shows wanted, served and health side by side", async () => {
    const { put, get } = await start({ acknowledgeTimeoutMs: 100 });
    await put(2, [seed, clone]);
    traefik.serve(wanted(1, [seed, "http://10.77.1.12:3000"]), {
      [seed]: "UP",
      "http://10.77.1.12:3000": "DOWN",
    });

    const row = { openConnectionCount: 0 };
    expect((await get()).json()).toEqual({
      wantedGeneration: 2,
      servedGeneration: 1,
      pools: [
        {
          pool: "calc",
          backends: [
            { ...row, url: seed, wanted: true, served: true, health: "up" },
            { ...row, url: clone, wanted: true, served: false, health: "unknown" },
            { ...row, url: "http://10.77.1.12:3000", wanted: false, served: true, health: "down" },
          ],
        },
      ],
    });
  });

  it("answers 503 rather than guess while Traefik says nothing", async () => {
    const { get } = await start();
    traefik.answer(502, "");

    const response = await get();

    expect([response.statusCode, response.json().code]).toEqual([503, "TRAEFIK_UNREACHABLE"]);
  });

  it("answers 503 rather than call every server idle while open connections cannot be read", async () => {
    traefik.serve(wanted(2, [seed]));
    const { get } = await start({ procNet: "/proc/there-is-none" });

    const response = await get();

    expect([response.statusCode, response.json().code]).toEqual([503, "CONNECTIONS_UNREADABLE"]);
  });
});

describe("the other routes", () => {
  it("has health and metrics without a token, and 404 with a code for the rest", async () => {
    traefik.serve(wanted(2, [seed]));
    const { app, put } = await start();
    await put(2, [seed]);

    expect((await app.inject("/healthz")).json()).toEqual({ status: "ok" });
    const { body } = await app.inject("/metrics");
    expect(body).toContain("lb_agent_served_generation 2");
    expect(body).toContain('lb_agent_updates_total{status="200"} 1');
    expect((await app.inject("/update-servers")).json()).toMatchObject({ code: "ROUTE_UNKNOWN" });
  });
});

function start(setUp: Partial<AgentSetUp> = {}) {
  return startTestAgent({ traefikApiUrl: traefik.url, directory, ...setUp });
}

function wanted(generation: number, backends: readonly string[]) {
  return { generation, pools: [{ pool: "calc", backends }] };
}

async function servers(): Promise<string[]> {
  const file = parse(await readFile(`${directory}/dynamic/backends.yml`, "utf8"));
  return file.http.services.calc.loadBalancer.servers.map(({ url }: { url: string }) => url);
}
