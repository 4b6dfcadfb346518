export type { LoadTestOptions } from "./options.ts";
export type { Progress } from "./progress.ts";
export { type BlockOptions, progressBlock, progressLine } from "./progress-text.ts";
export { type ReportFiles, writeReport } from "./report-page/write-report.ts";
export { LoadTestResult } from "./result.ts";
export { runLoadTest } from "./run-load-test.ts";
export type { ScalerAccess } from "./scaler-client.ts";
export {
  type RequestShape,
  type Scenario,
  type ScenarioOptions,
  type Stage,
  totalSeconds,
} from "./scenario.ts";
export { articleRamp, articleRampDefaults } from "./scenarios/article-ramp.ts";
export { createProgressWriter, isDrawable, type Terminal } from "./terminal.ts";
