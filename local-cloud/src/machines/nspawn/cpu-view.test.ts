import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { cpuInfoText, emptyCpuView, nextCpuView, parseCpuStat, parseStatText, statText } from "./cpu-view.ts";
import { createCpuViewFiles } from "./cpu-view-files.ts";

const SECOND_US = 1_000_000;
const HOST_STAT =
  "cpu  1 2 3 4 5 6 7 8 9 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 5 1 1\nctxt 77\nbtime 1700000000\nprocesses 12\nprocs_running 3\n";

describe("nextCpuView", () => {
  it.each([
    { when: "it does nothing", usedUs: 0, idlePercent: 100 },
    { when: "it uses half of its share", usedUs: 125_000, idlePercent: 50 },
    { when: "it uses all of it", usedUs: 250_000, idlePercent: 0 },
  ])("shows a machine with a quarter of a core $idlePercent % idle when $when", ({ usedUs, idlePercent }) => {
    const view = nextCpuView(
      emptyCpuView,
      { userUs: usedUs, systemUs: 0 },
      { elapsedUs: SECOND_US, percent: 25 },
    );

    expect((100 * view.idleUs) / (view.userUs + view.systemUs + view.idleUs)).toBe(idlePercent);
    expect(view.userUs + view.idleUs).toBe(250_000);
  });

  it("never runs backwards, and over time shows no more than the share and what is used", () => {
    const step = fc.record({
      usedUs: fc.integer({ min: 0, max: 400_000 }),
      elapsedUs: fc.integer({ min: 0, max: SECOND_US }),
      percent: fc.constantFrom(12, 25, 60, 100),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let view = emptyCpuView;
        let userUs = 0;
        for (const { usedUs, elapsedUs, percent } of steps) {
          userUs += usedUs;
          const next = nextCpuView(view, { userUs, systemUs: 0 }, { elapsedUs, percent });
          expect(next.idleUs).toBeGreaterThanOrEqual(view.idleUs);
          expect(next.userUs).toBeGreaterThanOrEqual(view.userUs);
          view = next;
        }
        expect(view.idleUs).toBeLessThanOrEqual(view.allowedUs + 1e-6);
      }),
    );
  });
});

describe("statText", () => {
  const view = { userUs: 1_500_000, systemUs: 500_000, idleUs: 8_000_000, allowedUs: 10_000_000 };

  it("shows one CPU for a share of one, and what the host counts for all", () => {
    expect(statText(view, 25, HOST_STAT)).toBe(
      "cpu  150 0 50 800 0 0 0 0 0 0\ncpu0 150 0 50 800 0 0 0 0 0 0\n" +
        "intr 0\nctxt 77\nbtime 1700000000\nprocesses 12\nprocs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n",
    );
  });

  it("shares more than one core out", () => {
    const lines = statText(view, 140, HOST_STAT).split("\n");

    expect(lines.slice(0, 3)).toEqual([
      "cpu  150 0 50 800 0 0 0 0 0 0",
      "cpu0 75 0 25 400 0 0 0 0 0 0",
      "cpu1 75 0 25 400 0 0 0 0 0 0",
    ]);
  });

  it("is read back after a restart of the driver", () => {
    expect(parseStatText(statText(view, 25, HOST_STAT))).toEqual(view);
    expect(parseStatText("")).toEqual(emptyCpuView);
  });
});

describe("cpuInfoText", () => {
  it("shows as many of the host's CPUs as the share fits in", () => {
    const host = "processor\t: 0\n\nprocessor\t: 1\n\n";

    expect(cpuInfoText(25, host)).toBe("processor\t: 0\n\n");
    expect(cpuInfoText(140, host)).toBe(host);
  });
});

describe("parseCpuStat", () => {
  it("reads what a group has used", () => {
    expect(parseCpuStat("usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 0\n")).toEqual({
      userUs: 3,
      systemUs: 2,
    });
  });
});

describe("the files of a machine's view", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "view-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("stay the same files while they show more, and go on after a restart of the driver", async () => {
    let userUs = 0;
    const options = { directoryOf: () => directory, usage: async () => ({ userUs, systemUs: 0 }) };
    const read = async () => parseStatText(await readFile(join(directory, "stat"), "utf8"));
    const files = createCpuViewFiles(options);
    await files.begin("vm", 100);
    const { ino } = await stat(join(directory, "stat"));

    userUs = 40_000;
    while ((await read()).userUs < 40_000) await delay(20);
    files.close();
    const before = await read();
    const next = createCpuViewFiles(options);
    await next.takeOver("vm", 100);
    userUs = 90_000;
    while ((await read()).userUs < 90_000) await delay(20);
    next.close();

    expect((await read()).idleUs).toBeGreaterThanOrEqual(before.idleUs);
    expect((await stat(join(directory, "stat"))).ino).toBe(ino);
    expect(await readFile(join(directory, "cpuinfo"), "utf8")).toMatch(/^processor\s*: 0$/m);
  });
});
