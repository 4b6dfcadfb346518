import { createFakeClock } from "./clock.ts";

describe("createFakeClock", () => {
  it("wakes sleepers in order of their deadlines, at their own time", async () => {
    const clock = createFakeClock(1_000);
    const woken: string[] = [];
    const note = (name: string) => () => void woken.push(`${name}@${clock.nowMs()}`);
    const all = [
      clock.sleep(200).then(note("b")),
      clock.sleep(100).then(note("a")),
      clock.sleep(900).then(note("c")),
    ];

    await clock.advance(500);
    expect(woken).toEqual(["a@1100", "b@1200"]);
    expect(clock.nowMs()).toBe(1_500);

    await clock.advance(400);
    await Promise.all(all);
    expect(woken).toEqual(["a@1100", "b@1200", "c@1900"]);
  });

  it("rejects an aborted sleep", async () => {
    const clock = createFakeClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(100, abort.signal);

    abort.abort(new Error("stopped"));

    await expect(sleeping).rejects.toThrow("stopped");
  });

  it("lets sleepers sleep on when the wall clock is set", async () => {
    const clock = createFakeClock(1_000);
    const sleeping = clock.sleep(100);
    clock.jump(3_600_000);
    expect(clock.sleeperCount()).toBe(1);

    await clock.advance(100);
    await sleeping;

    expect([clock.nowMs(), clock.sleeperCount()]).toEqual([3_601_100, 0]);
  });
});
