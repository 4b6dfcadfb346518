const CLOUD_TIME = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:?00)?$/;

/**
 * Milliseconds since the epoch of `YYYY-MM-DD HH:MM:SS`, with or without a fraction, or of the disks'
 * `YYYY-MM-DDTHH:MM:SS.mmm+0000`. The API names no zone: UTC by assumption. `new Date(text)` would read it
 * as local time. Anything else is undefined.
 */
export function parseCloudTime(text: string): number | undefined {
  const parts = CLOUD_TIME.exec(text)?.slice(1);
  if (parts === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map(Number);
  const milliseconds = Math.floor(Number(`0.${parts[6] ?? "0"}`) * 1000);
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const same = new Date(timeMs);
  return same.getUTCMonth() === month - 1 && same.getUTCDate() === day && same.getUTCHours() === hour
    ? timeMs
    : undefined;
}
