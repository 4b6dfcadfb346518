import { readFileSync } from "node:fs";
import { describeDay, simulateDay } from "./simulate-day.ts";

const golden = readFileSync(`${import.meta.dirname}/day.golden.txt`, "utf8");

describe("a simulated day", () => {
  it("goes as it went when the golden file was written (node src/simulation/main.ts writes it anew)", async () => {
    const day = await simulateDay();

    expect(day.violations).toEqual([]);
    expect(describeDay(day)).toBe(golden);
  }, 60_000);
});
