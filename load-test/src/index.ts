export { LoadTestResult } from "./result.ts";
