import { totalSeconds } from "../scenario.ts";
import { articleRampDefaults } from "./article-ramp.ts";
import { scenarios } from "./index.ts";

describe("the step", () => {
  it("takes two minutes and goes to the ramp's peak at once", () => {
    const made = scenarios["step"]?.(articleRampDefaults);

    expect(totalSeconds(made?.stages ?? [])).toBe(120);
    expect(made?.stages.map(({ fromRps, toRps }) => [fromRps, toRps])).toEqual([
      [1, 1],
      [6, 6],
      [1, 1],
    ]);
  });
});
