import type { FastifyInstance } from "fastify";
import { alertmanager, operator, setUp } from "../testing/app-set-up.ts";
import { createFakeWorld, testPool } from "../testing/fake-world.ts";

describe("a manual step", () => {
  const post = (app: FastifyInstance, url: string, payload?: object) =>
    app.inject({ method: "POST", url, headers: operator, ...(payload === undefined ? {} : { payload }) });

  it("up adds one server, keeps it for ten minutes, and lets it go", async () => {
    const { app, world } = await setUp();

    const response = await post(app, "/v1/scale-up");
    await world.clock.advance(60_000);

    expect(response.statusCode).toBe(202);
    expect(response.json()).toMatchObject({ pool: "calc", requestedSize: 2 });
    expect(world.lb.backends).toHaveLength(2);
    await world.clock.advance(500_000);
    expect(world.lb.backends).toHaveLength(2);
    await world.clock.advance(200_000);
    expect(world.lb.backends).toHaveLength(1);
  });

  it("up never passes the maximum", async () => {
    const { app, world } = await setUp(createFakeWorld(testPool({ maxSize: 2 })));

    for (let step = 0; step < 5; step += 1)
      expect((await post(app, "/v1/scale-up", { reason: "sale" })).json().requestedSize).toBe(2);
    await world.clock.advance(120_000);

    expect(world.lb.backends).toHaveLength(2);
  });

  it("sees the limits of an open schedule, as the status does", async () => {
    const always = { name: "hold", cron: "* * * * *", timeZone: "UTC", durationMinutes: 60 };
    const schedules = [{ ...always, minSize: 2, maxSize: 2 }];
    const { app, world } = await setUp(createFakeWorld(testPool({ schedules })));
    await world.clock.advance(120_000);

    const [pool] = (await app.inject({ url: "/v1/pools", headers: operator })).json();
    const up = (await post(app, "/v1/scale-up")).json();
    const down = (await post(app, "/v1/scale-down")).json();

    expect(pool).toMatchObject({ minSize: 2, maxSize: 2, desiredSize: 2 });
    expect(up).toMatchObject({ requestedSize: 2, message: expect.stringContaining("the maximum is 2") });
    expect(down).toMatchObject({ requestedSize: 2, message: expect.stringContaining("the minimum is 2") });
  });

  it("down removes one server at once, without waiting for the window", async () => {
    const { app, world } = await setUp();
    world.settings.demandPercent = 160;
    await world.clock.advance(180_000);
    world.settings.demandPercent = 100;
    await world.clock.advance(10_000);

    await post(app, "/v1/scale-down");
    await world.clock.advance(10_000);

    expect(world.lb.backends).toHaveLength(2);
  });

  it("down is refused by the load, and lapses", async () => {
    const { app, world } = await setUp();
    world.settings.demandPercent = 110;
    await world.clock.advance(90_000);

    await post(app, "/v1/scale-down");
    await world.clock.advance(70_000);

    expect(world.lb.backends).toHaveLength(2);
    expect(world.journal.memory().manual).toBeUndefined();
  });

  it.each([
    { when: "an alert", payload: alertmanager },
    { when: "a wrong reason", payload: { reason: 7 } },
  ])("refuses $when as its body", async ({ payload }) => {
    const { app, world } = await setUp();

    expect((await post(app, "/v1/scale-up", payload)).statusCode).toBe(400);
    expect(world.journal.memory().manual).toBeUndefined();
  });
});

describe("a pause", () => {
  const url = "/v1/pools/calc/pause";

  it("holds the pool in its direction until it ends by itself", async () => {
    const { app, world } = await setUp();

    const response = await app.inject({
      method: "PUT",
      url,
      headers: operator,
      payload: { direction: "up", reason: "budget", forSeconds: 120 },
    });
    world.settings.demandPercent = 110;
    await world.clock.advance(110_000);

    expect(response.json()).toMatchObject({ direction: "up", reason: "budget" });
    expect(world.cloud.cloneRequests).toEqual([]);
    await world.clock.advance(60_000);
    expect(world.lb.backends).toHaveLength(2);
  });

  it("can be lifted", async () => {
    const { app, world } = await setUp();
    await app.inject({
      method: "PUT",
      url,
      headers: operator,
      payload: { direction: "both", reason: "work" },
    });

    const response = await app.inject({ method: "DELETE", url, headers: operator });
    world.settings.demandPercent = 110;
    await world.clock.advance(60_000);

    expect(response.statusCode).toBe(204);
    expect(world.lb.backends).toHaveLength(2);
  });

  it.each([
    { when: "no direction", payload: { reason: "x" } },
    { when: "an unknown direction", payload: { direction: "left", reason: "x" } },
    { when: "no reason", payload: { direction: "up", reason: "" } },
    { when: "no end in sight", payload: { direction: "up", reason: "x", forSeconds: 1e9 } },
    { when: "an unknown field", payload: { direction: "up", reason: "x", until: 3 } },
  ])("is refused with $when", async ({ payload }) => {
    const { app } = await setUp();

    const response = await app.inject({ method: "PUT", url, headers: operator, payload });

    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: "BODY_INVALID" });
  });
});
