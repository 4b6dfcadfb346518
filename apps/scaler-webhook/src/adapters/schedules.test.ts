import { createSchedules, scheduleProblems } from "./schedules.ts";

const office = {
  name: "office",
  cron: "0 8 * * 1-5",
  timeZone: "Asia/Jakarta",
  durationMinutes: 600,
  minSize: 3,
};
const berlin = {
  name: "summer",
  cron: "30 3 * * *",
  timeZone: "Europe/Berlin",
  durationMinutes: 60,
  maxSize: 2,
};

describe("createSchedules", () => {
  it.each([
    { when: "a minute before it opens in Jakarta", at: "2026-11-25T00:59:59Z", names: [] },
    { when: "the moment it opens", at: "2026-11-25T01:00:00Z", names: ["office"] },
    { when: "just before it closes", at: "2026-11-25T10:59:59Z", names: ["office"] },
    { when: "the moment it closes", at: "2026-11-25T11:00:00Z", names: [] },
    { when: "a Saturday", at: "2026-11-28T05:00:00Z", names: [] },
    { when: "another zone's night", at: "2026-11-28T02:45:00Z", names: ["summer"] },
    { when: "the same hour in summer time", at: "2026-07-25T01:45:00Z", names: ["summer"] },
  ])("has $names open at $when", ({ at, names }) => {
    expect(createSchedules([office, berlin])(Date.parse(at)).map(({ name }) => name)).toEqual(names);
  });
});

describe("scheduleProblems", () => {
  it.each([
    { when: "a minute is impossible", change: { cron: "99 8 * * *" } },
    { when: "the zone does not exist", change: { timeZone: "Asia/Atlantis" } },
  ])("names the schedule when $when", ({ change }) => {
    expect(scheduleProblems([{ ...office, ...change }])).toEqual([
      expect.stringContaining("schedules[0] (office)"),
    ]);
  });

  it("has nothing to say of good ones", () => {
    expect(scheduleProblems([office, berlin])).toEqual([]);
  });
});
