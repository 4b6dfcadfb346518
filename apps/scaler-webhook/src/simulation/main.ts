import { writeFileSync } from "node:fs";
import { describeDay, simulateDay } from "./simulate-day.ts";

// Writes the golden file anew. Its difference belongs into the commit that caused it, with the reason.
writeFileSync(new URL("day.golden.txt", import.meta.url), describeDay(await simulateDay()));
