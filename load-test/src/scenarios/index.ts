import type { LoadShape, ScenarioOptions } from "../scenario.ts";
import { articleRamp } from "./article-ramp.ts";
import { step } from "./step.ts";

/** By the name that `--scenario` takes; one more scenario is a file here and a line below. */
export const scenarios: Readonly<Record<string, (options: ScenarioOptions) => LoadShape>> = {
  "article-ramp": articleRamp,
  step,
};
