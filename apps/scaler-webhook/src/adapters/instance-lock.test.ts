import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { decide, planServer } from "@autoscaler/scaling-core";
import { decisionInput } from "@autoscaler/scaling-core/testing/samples.ts";
import { createFakeClock, createLogger } from "@autoscaler/service-kit";
import { isGoneHere, keepLock, ownHolder, waitForLock } from "./hold-lock.ts";
import { type LockableJournal, openJournal } from "./journal-sqlite.ts";

const log = createLogger({ service: "test", level: "silent" });

/** Every method of the journal that writes. */
const writes: readonly ((journal: LockableJournal) => unknown)[] = [
  (journal) => journal.saveServer(planServer("a", 1, {})),
  (journal) => journal.forgetGoneBefore(2),
  (journal) => journal.remember({ desiredSize: 9 }),
  (journal) => journal.generationFor([{ server: "seed", url: "http://10.0.0.1:80" }]),
  (journal) => journal.raiseGeneration(7),
  (journal) => journal.outrunGeneration(7),
  (journal) => journal.addChange({ atMs: 1, delta: 1 }),
  (journal) => journal.addDecision(1, decide(decisionInput())),
];

describe("two scalers on one journal", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(`${tmpdir()}/lock-`);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function setUp() {
    const clock = createFakeClock(1_800_000_000_000);
    const open = (holder: string, gone: readonly string[] = []) => {
      const journal = openJournal(`${directory}/journal.sqlite`);
      const stopping = new AbortController();
      const said: string[] = [];
      const options = {
        lock: journal.lock,
        clock,
        log: Object.assign(Object.create(log), {
          warn: ({ event }: { event: string }) => said.push(event),
          info: ({ event }: { event: string }) => said.push(event),
          error: ({ event }: { event: string }) => said.push(event),
        }),
        holder,
        isGone: (other: string) => gone.includes(other),
        signal: stopping.signal,
      };
      return { journal, stopping, said, options };
    };
    return { clock, open };
  }

  it("the second one takes over with what the first remembered, not with what it saw while it waited", () => {
    const { open } = setUp();
    const first = open("a/1");
    const second = open("b/2");

    first.journal.remember({ desiredSize: 5 });

    expect(second.journal.memory()).toEqual(first.journal.memory());
    expect(second.journal.memory()).toMatchObject({ desiredSize: 5 });
  });

  it("a process that lost the lock writes nothing any more, not even to forget", () => {
    const { clock, open } = setUp();
    const first = open("a/1");
    const nobodyIsGone = { isGone: () => false };
    first.journal.lock.acquire({ holder: "a/1", nowMs: clock.nowMs(), forMs: 1_000, ...nobodyIsGone });
    first.journal.saveServer({ ...planServer("calc-c-aaaaaa", 0, {}), phase: "gone" });
    const second = open("b/2");
    second.journal.lock.acquire({
      holder: "b/2",
      nowMs: clock.nowMs() + 2_000,
      forMs: 1_000,
      ...nobodyIsGone,
    });

    expect(() => first.journal.forgetGoneBefore(1_000)).toThrow();
    expect(second.journal.servers()).toHaveLength(1);
    expect(() => first.journal.outrunGeneration(7)).toThrow();
  });

  it.each([
    { when: "once", failures: 1, lost: false },
    { when: "until the lock has run out", failures: 100, lost: true },
  ])("a renewal that fails $when leaves the lock lost: $lost", async ({ failures, lost }) => {
    const { clock, open } = setUp();
    const { options, stopping } = open("a/1");
    let left = failures;
    const lock = {
      ...options.lock,
      renew: () => {
        left -= 1;
        if (left >= 0) throw new Error("database or disk is full");
        return true;
      },
    };
    const ends: string[] = [];
    const keeping = keepLock({ ...options, lock }).then(
      (end) => void ends.push(end),
      () => undefined,
    );

    await clock.advance(60_000);
    expect(ends).toEqual(lost ? ["lost"] : []);
    stopping.abort();
    await keeping;
  });

  it("the second one waits, says so, and takes over when the first lets go", async () => {
    const { clock, open } = setUp();
    const first = open("a/1");
    const second = open("b/1");
    await waitForLock(first.options);
    const kept = keepLock(first.options).catch(() => "stopped");
    let isActive = false;
    const waiting = waitForLock(second.options).then(() => {
      isActive = true;
    });

    await clock.advance(120_000);
    expect([isActive, second.said[0]]).toEqual([false, "instance.waiting"]);

    first.stopping.abort();
    await kept;
    first.journal.lock.release();
    await clock.advance(5_000);
    await waiting;
    expect(second.said.at(-1)).toBe("instance.active");
    expect(() => first.journal.saveServer(planServer("a", 1, {}))).toThrow("another scaler took over");
    second.journal.saveServer(planServer("a", 1, {}));
    for (const { journal } of [first, second]) journal.close();
  });

  it.each([
    { when: "its time ran out", gone: [], waitMs: 31_000 },
    { when: "its process is dead", gone: ["a/1"], waitMs: 0 },
  ])(
    "the second one takes over from a killed one when $when, and fences it off",
    async ({ gone, waitMs }) => {
      const { clock, open } = setUp();
      const first = open("a/1");
      await waitForLock(first.options);
      first.journal.saveServer({ ...planServer("old", 1, {}), phase: "gone" });
      await clock.advance(waitMs);
      const second = open("b/1", gone);
      await waitForLock(second.options);

      const kept = keepLock(first.options);
      await clock.advance(5_000);

      expect(await kept).toBe("lost");
      expect(writes).toHaveLength(8);
      for (const write of writes) expect(() => write(first.journal)).toThrow("another scaler took over");
      for (const { journal } of [first, second]) journal.close();
    },
  );

  it("a lock of a clock that ran an hour ahead bars nobody", async () => {
    const { clock, open } = setUp();
    const first = open("a/1");
    clock.jump(3_600_000);
    await waitForLock(first.options);
    clock.jump(-3_600_000);
    const second = open("b/1");

    await waitForLock(second.options);

    expect(second.said).toEqual(["instance.active"]);
    for (const { journal } of [first, second]) journal.close();
  });
});

describe("isGoneHere", () => {
  it.each([
    { when: "another machine's process", holder: "elsewhere/1", gone: false },
    { when: "this process's number, hence an older boot", holder: ownHolder(), gone: true },
    { when: "no holder at all", holder: "", gone: false },
    { when: "a running process of this machine", holder: ownHolder().replace(/\d+$/, "1"), gone: false },
    { when: "a dead process of this machine", holder: ownHolder().replace(/\d+$/, "4194303"), gone: true },
  ])("says $gone of $when", ({ holder, gone }) => {
    expect(isGoneHere(holder)).toBe(gone);
  });
});
