import type { OpenWindow, Schedule } from "@autoscaler/scaling-core";
import { Cron } from "croner";

/** What croner does not understand, one text for each schedule. */
export function scheduleProblems(schedules: readonly Schedule[]): readonly string[] {
  return schedules.flatMap((schedule, index) => {
    try {
      clockOf(schedule).nextRun(new Date(0));
      return [];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [`policy: schedules[${index}] (${schedule.name}): ${why}`];
    }
  });
}

/** The windows that are open at a moment: each opens by its cron expression in its own time zone. */
export function createSchedules(schedules: readonly Schedule[]): (nowMs: number) => readonly OpenWindow[] {
  const clocks = schedules.map((schedule) => ({ schedule, clock: clockOf(schedule) }));
  return (nowMs) =>
    clocks
      .filter(({ schedule: { durationMinutes }, clock }) => {
        const opened = clock.nextRun(new Date(nowMs - durationMinutes * 60_000));
        return opened !== null && opened.getTime() <= nowMs;
      })
      .map(({ schedule: { name, minSize, maxSize } }) => ({
        name,
        ...(minSize === undefined ? {} : { minSize }),
        ...(maxSize === undefined ? {} : { maxSize }),
      }));
}

function clockOf({ cron, timeZone }: Schedule): Cron {
  return new Cron(cron, { timezone: timeZone, paused: true });
}
