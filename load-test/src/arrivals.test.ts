import fc from "fast-check";
import { arrivals, constantArrivals } from "./arrivals.ts";
import { type Stage, totalSeconds } from "./scenario.ts";
import { articleRamp } from "./scenarios/article-ramp.ts";

const stage = (durationSeconds: number, fromRps: number, toRps: number): Stage => ({
  label: "x",
  durationSeconds,
  fromRps,
  toRps,
});

describe("arrivals", () => {
  it("spreads a constant rate evenly", () => {
    expect([...arrivals([stage(2, 2, 2)])].map(({ atMs }) => atMs)).toEqual([250, 750, 1250, 1750]);
  });

  it("sends nothing at rate 0, and goes on in the next stage", () => {
    const found = [...arrivals([stage(5, 0, 0), stage(1, 2, 2)])];

    expect(found).toEqual([
      { atMs: 5250, stageIndex: 1 },
      { atMs: 5750, stageIndex: 1 },
    ]);
  });

  it.each([
    { when: "rising from nothing", from: 0, to: 10, firstHalf: 25 },
    { when: "falling to nothing", from: 10, to: 0, firstHalf: 75 },
  ])("follows a rate $when", ({ from, to, firstHalf }) => {
    const found = [...arrivals([stage(20, from, to)])];

    expect(found).toHaveLength(100);
    expect(found.filter(({ atMs }) => atMs < 10_000)).toHaveLength(firstHalf);
  });

  it("sends the article's load: 60, 210, 4 680, 420, 180 requests a stage at 24/s in a quarter of the time", () => {
    const found = [...arrivals(articleRamp({ peakRps: 24, timeScale: 0.25 }).stages)];

    const counts = [0, 1, 2, 3, 4].map(
      (index) => found.filter(({ stageIndex }) => stageIndex === index).length,
    );
    expect(counts).toEqual([60, 210, 4680, 420, 180]);
  });

  it("keeps the order, the bounds and the number of any shape", () => {
    const rate = fc.double({ min: 0, max: 40, noNaN: true });
    const shape = fc.tuple(fc.double({ min: 0.1, max: 20, noNaN: true }), rate, rate);
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 5 }), (shapes) => {
        const stages = shapes.map(([seconds, from, to]) => stage(seconds, from, to));
        const times = [...arrivals(stages)].map(({ atMs }) => atMs);
        const wanted = stages.reduce(
          (sum, { durationSeconds: d, fromRps, toRps }) => sum + (d * (fromRps + toRps)) / 2,
          0,
        );

        expect(Math.abs(times.length - wanted)).toBeLessThanOrEqual(0.500_001);
        expect(times.every((time, at) => time >= (times[at - 1] ?? 0) - 1e-6)).toBe(true);
        expect(times.every((time) => time >= 0 && time <= 1000 * totalSeconds(stages) + 1e-6)).toBe(true);
      }),
    );
  });
});

describe("constantArrivals", () => {
  it("goes on from where it starts", () => {
    const found = constantArrivals(2, 10_000, 3);

    expect([found.next().value, found.next().value]).toEqual([
      { atMs: 10_250, stageIndex: 3 },
      { atMs: 10_750, stageIndex: 3 },
    ]);
  });
});
