import { parseScalingPolicy } from "./parse-policy.ts";

describe("a policy's further fields", () => {
  const schedule = { name: "day", cron: "0 8 * * 1-5", timeZone: "Asia/Jakarta", minSize: 2 };
  it.each([
    { when: "a schedule", value: { schedules: [schedule] } },
    { when: "a schedule with a ceiling", value: { schedules: [{ ...schedule, maxSize: 3 }] } },
    { when: "signals", value: { signals: { memoryPercent: 70, requestsPerSecond: 40, latencyP95Ms: 250 } } },
    { when: "a repair rule", value: { repair: { failedProbesInARow: 5, graceSeconds: 0 } } },
    { when: "a dry run with a budget", value: { dryRun: true, createsPerDay: 3 } },
  ])("take $when", ({ value }) => {
    expect(parseScalingPolicy(value).kind).toBe("ok");
  });

  it.each([
    { value: { schedules: 1 }, problem: "schedules must be a list of at most 50" },
    { value: { schedules: Array(51).fill(schedule) }, problem: "schedules must be a list of at most 50" },
    { value: { schedules: [null] }, problem: "schedules[0] must be an object" },
    {
      value: { schedules: [{ ...schedule, cron: "daily" }] },
      problem: "schedules[0].cron must be a cron expression of five fields, such as 0 8 * * 1-5",
    },
    {
      value: { schedules: [{ ...schedule, timeZone: "?" }] },
      problem: "schedules[0].timeZone must be a zone such as Asia/Jakarta",
    },
    { value: { schedules: [{ ...schedule, name: 7 }] }, problem: "schedules[0].name must be a short name" },
    {
      value: { schedules: [{ ...schedule, size: 7 }] },
      problem:
        "schedules[0].size is not known here; there are name, cron, timeZone, durationMinutes, minSize, maxSize",
    },
    {
      value: { schedules: [{ ...schedule, minSize: undefined }] },
      problem: "schedules[0] has neither minSize nor maxSize, so it does nothing",
    },
    {
      value: { schedules: [{ ...schedule, minSize: 6 }] },
      problem: "schedules[0].minSize 6 is above the policy's maxSize",
    },
    {
      value: { schedules: [{ ...schedule, minSize: 4, maxSize: 3 }] },
      problem: "schedules[0].minSize 4 is above its maxSize",
    },
    {
      value: { signals: { memoryPercent: 95 } },
      problem:
        "signals.memoryPercent and tolerancePercent: the pool would grow above 109.25 % only, which never happens",
    },
    {
      value: { signals: { cpu: 1 } },
      problem: "signals.cpu is not known here; there are memoryPercent, requestsPerSecond, latencyP95Ms",
    },
    { value: { dryRun: "yes" }, problem: "dryRun must be true or false" },
    { value: { createsPerDay: 0 }, problem: "createsPerDay must be a whole number from 1 to 10000" },
    {
      value: { repair: { failedProbesInARow: 0 } },
      problem: "repair.failedProbesInARow must be a whole number from 1 to 1000",
    },
  ])("are refused: $problem", ({ value, problem }) => {
    const result = parseScalingPolicy(value);
    expect(result.kind === "invalid" ? result.problems : []).toContain(problem);
  });
});
