import { type Decision, decide } from "@autoscaler/scaling-core";
import { operator, setUp } from "../testing/app-set-up.ts";
import { createFakeWorld, testPool } from "../testing/fake-world.ts";
import { run } from "../testing/run-world.ts";

type App = Awaited<ReturnType<typeof setUp>>["app"];
const call = (app: App, method: "GET" | "PUT" | "DELETE", url: string, payload?: object) =>
  app.inject({ method, url, headers: operator, ...(payload === undefined ? {} : { payload }) });

describe("PUT /v1/pools/:pool/size", () => {
  it("holds the size until it expires, then the policy decides again", async () => {
    const { app, world } = await setUp();
    const answer = await call(app, "PUT", "/v1/pools/calc/size", { size: 3, forSeconds: 300 });
    expect(answer.json()).toEqual({ size: 3, untilMs: expect.any(Number) });

    await run(world, 120);
    expect(world.lb.backends).toHaveLength(3);
    const [pool] = (await call(app, "GET", "/v1/pools")).json();
    expect(pool).toMatchObject({ manualSize: 3, desiredSize: 3, lastReason: "manual" });

    await run(world, 600);
    expect(world.lb.backends).toHaveLength(1);
  });

  it("shrinks only as far as the load allows, and can be taken back", async () => {
    const { app, world } = await setUp();
    world.settings.demandPercent = 160;
    await run(world, 180);
    await call(app, "PUT", "/v1/pools/calc/size", { size: 1 });
    await run(world, 120);
    expect(world.lb.backends).toHaveLength(3);

    expect((await call(app, "DELETE", "/v1/pools/calc/size")).statusCode).toBe(204);
    expect(world.journal.memory().manual).toBeUndefined();
  });

  it.each([
    { when: "above the maximum", payload: { size: 9 }, code: "SIZE_OUT_OF_RANGE" },
    { when: "below one", payload: { size: 0 }, code: "BODY_INVALID" },
    { when: "a text", payload: { size: "3" }, code: "BODY_INVALID" },
    { when: "half a server", payload: { size: 1.5 }, code: "BODY_INVALID" },
    { when: "missing", payload: {}, code: "BODY_INVALID" },
    { when: "for ever", payload: { size: 2, forSeconds: 1e9 }, code: "BODY_INVALID" },
    { when: "beside an unknown field", payload: { size: 2, force: true }, code: "BODY_INVALID" },
  ])("refuses a size $when", async ({ payload, code }) => {
    const { app } = await setUp();
    const answer = await call(app, "PUT", "/v1/pools/calc/size", payload);
    expect([answer.statusCode, answer.json().code]).toEqual([400, code]);
  });
});

describe("a window of the calendar that is open", () => {
  const allDay = { name: "night", cron: "* * * * *", timeZone: "Asia/Jakarta", durationMinutes: 60 };

  it("limits what an operator is shown and may ask for, as it limits the loop", async () => {
    const config = testPool({ schedules: [{ ...allDay, minSize: 2, maxSize: 2 }] });
    const { app, world } = await setUp(createFakeWorld(config));

    const [pool] = (await call(app, "GET", "/v1/pools")).json();
    expect(pool).toMatchObject({ minSize: 2, maxSize: 2 });
    const step = await app.inject({ method: "POST", url: "/v1/scale-up", headers: operator });
    expect(step.json()).toMatchObject({
      requestedSize: 2,
      message: expect.stringContaining("the maximum is 2"),
    });
    expect((await call(app, "PUT", "/v1/pools/calc/size", { size: 3 })).json().code).toBe(
      "SIZE_OUT_OF_RANGE",
    );

    await run(world, 120);
    expect(world.lb.backends).toHaveLength(2);
  });
});

describe("protection of a server", () => {
  it("keeps it while the pool shrinks, until it is lifted", async () => {
    const { app, world } = await setUp();
    world.settings.demandPercent = 160;
    await run(world, 180);
    const newest = world.journal.servers().at(-1)?.name ?? "";
    const url = `/v1/pools/calc/servers/${newest}/protection`;
    expect((await call(app, "PUT", url, {})).json()).toMatchObject({ server: newest });

    world.settings.demandPercent = 20;
    await run(world, 400);
    expect(world.journal.servers().filter(({ phase }) => phase === "serving")).toMatchObject([
      { name: newest },
    ]);
    const servers = (await call(app, "GET", "/v1/pools/calc/servers")).json();
    expect(servers).toMatchObject([{ role: "seed" }, { name: newest, protectedUntilMs: expect.any(Number) }]);

    expect((await call(app, "DELETE", url)).statusCode).toBe(204);
    await run(world, 300);
    expect(world.lb.backends).toHaveLength(1);
  });

  it.each(["test-ab12cd-seed", "nobody"])("of %s is refused: no such clone", async (server) => {
    const { app } = await setUp();
    const answer = await call(app, "PUT", `/v1/pools/calc/servers/${server}/protection`, {});
    expect([answer.statusCode, answer.json().code]).toEqual([404, "SERVER_UNKNOWN"]);
  });
});

describe("GET /v1/pools/:pool/decisions/:id", () => {
  it("gives all that went into a decision: decided again it is the same", async () => {
    const { app, world } = await setUp();
    world.settings.demandPercent = 160;
    await run(world, 60);
    const [latest] = (await call(app, "GET", "/v1/pools/calc/decisions?limit=1")).json();
    const { decision } = (await call(app, "GET", `/v1/pools/calc/decisions/${latest.id}`)).json() as {
      decision: Decision;
    };
    expect(decision).toMatchObject({ sentence: latest.sentence, answers: [{ name: "cpu" }] });
    expect(JSON.parse(JSON.stringify(decide(decision.input)))).toEqual(decision);
  });

  it.each([
    { id: "999999", statusCode: 404, code: "DECISION_UNKNOWN" },
    { id: "latest", statusCode: 400, code: "BODY_INVALID" },
  ])("answers $statusCode for $id", async ({ id, statusCode, code }) => {
    const { app } = await setUp();
    const answer = await call(app, "GET", `/v1/pools/calc/decisions/${id}`);
    expect([answer.statusCode, answer.json().code]).toEqual([statusCode, code]);
  });
});
