import { totalSeconds } from "../scenario.ts";
import { articleRamp, articleRampDefaults } from "./article-ramp.ts";
import { scenarios } from "./index.ts";

describe("the step", () => {
  it("takes two minutes, goes to the ramp's peak at once, and asks what the ramp asks", () => {
    const ramp = articleRamp(articleRampDefaults);
    const made = scenarios["step"]?.(articleRampDefaults);

    expect(totalSeconds(made?.stages ?? [])).toBe(120);
    expect(made?.stages.map(({ fromRps, toRps }) => [fromRps, toRps])).toEqual([
      [1, 1],
      [6, 6],
      [1, 1],
    ]);
    expect(made?.request).toEqual(ramp.request);
  });
});
