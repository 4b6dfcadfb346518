import { createFakeClock, type Logger } from "@autoscaler/service-kit";
import { createFakeWorld } from "../testing/fake-world.ts";
import { start } from "../testing/run-world.ts";
import { createRepeatedFailures } from "./repeated-failures.ts";

type Line = Readonly<Record<string, unknown>>;

function recording(said: Line[]): Pick<Logger, "warn" | "info"> {
  const say = (line: Line) => said.push(line);
  return { warn: say, info: say } as unknown as Logger;
}

describe("a failure that repeats itself", () => {
  it("is said once, then once a minute with its count, and once when it is over", async () => {
    const clock = createFakeClock(1_800_000_000_000);
    const said: Line[] = [];
    let counted = 0;
    const failures = createRepeatedFailures({
      clock,
      log: recording(said) as Logger,
      metrics: {
        failed() {
          counted += 1;
        },
      },
    });

    for (let try_ = 0; try_ < 30; try_ += 1) {
      failures.failed("readLoads", new Error("no answer"));
      await clock.advance(5_000);
    }
    failures.worked("readLoads");
    failures.worked("readLoads");

    expect(counted).toBe(30);
    expect(said.map(({ event, failureCount }) => [event, failureCount])).toEqual([
      ["call.failed", undefined],
      ["call.still_failing", 13],
      ["call.still_failing", 25],
      ["call.recovered", 30],
    ]);
    expect(said.at(-1)).toMatchObject({ call: "readLoads", failingForMs: 150_000 });
  });

  it("is another one for another server", () => {
    const said: Line[] = [];
    const failures = createRepeatedFailures({
      clock: createFakeClock(0),
      log: recording(said) as Logger,
      metrics: { failed: () => undefined },
    });

    failures.failed("serverStep", new Error("x"), { lane: "cloud:a" });
    failures.failed("serverStep", new Error("x"), { lane: "cloud:b" });
    failures.worked("serverStep", { lane: "cloud:b" });

    expect(said.map(({ event, lane }) => `${event} ${lane}`)).toEqual([
      "call.failed cloud:a",
      "call.failed cloud:b",
      "call.recovered cloud:b",
    ]);
  });
});

describe("the loop while Prometheus is down for ten minutes", () => {
  it("says so eleven times at most, and that it is back", async () => {
    const world = createFakeWorld();
    const said: Line[] = [];
    Object.assign(world.ports, { log: Object.assign(Object.create(world.ports.log), recording(said)) });
    start(world);
    world.settings.loads = "down";
    await world.clock.advance(600_000);
    world.settings.loads = "read";
    await world.clock.advance(10_000);

    const aboutLoads = said.filter(({ call }) => call === "readLoads").map(({ event }) => event);
    expect(aboutLoads.length).toBeLessThanOrEqual(12);
    expect(aboutLoads.at(-1)).toBe("call.recovered");
  });
});
