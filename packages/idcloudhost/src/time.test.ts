import fc from "fast-check";
import { parseCloudTime } from "./time.ts";

describe("parseCloudTime", () => {
  it.each([
    { when: "no zone", text: "2026-01-02 03:04:05", timeMs: Date.UTC(2026, 0, 2, 3, 4, 5) },
    { when: "microseconds", text: "2026-01-02 03:04:05.123456", timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 123) },
    {
      when: "as disks have it",
      text: "2026-01-02T03:04:05.120+0000",
      timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 120),
    },
    { when: "Z", text: "2026-01-02T03:04:05Z", timeMs: Date.UTC(2026, 0, 2, 3, 4, 5) },
    { when: "a day that does not exist", text: "2026-02-30 00:00:00", timeMs: undefined },
    { when: "an hour that does not exist", text: "2026-02-03 24:00:00", timeMs: undefined },
    { when: "another zone", text: "2026-01-02T03:04:05+0700", timeMs: undefined },
    { when: "empty", text: "", timeMs: undefined },
    { when: "a date only", text: "2026-01-02", timeMs: undefined },
  ])("$when", ({ text, timeMs }) => {
    expect(parseCloudTime(text)).toBe(timeMs);
  });

  it("reads back every second as UTC", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => {
        const text = new Date(second * 1000).toISOString().slice(0, 19).replace("T", " ");
        expect(parseCloudTime(text)).toBe(second * 1000);
      }),
    );
  });
});
