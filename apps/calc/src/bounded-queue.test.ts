import fc from "fast-check";
import { createBoundedQueue } from "./bounded-queue.ts";

describe("createBoundedQueue", () => {
  it("runs no more at once than it may, in the order of arrival", async () => {
    const { queue, started, finish } = setUp({ concurrency: 2, limit: 10 });

    const runs = [1, 2, 3, 4].map((job) => queue.run(job));
    expect(started).toEqual([1, 2]);
    await finish(2);
    expect(started).toEqual([1, 2, 3]);
    await finish(1);
    await finish(3);
    await finish(4);

    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4].map((job) => ({ kind: "done", result: job * 10 })));
  });

  it("refuses what is over the limit, and takes work again when there is room", async () => {
    const { queue, finish } = setUp({ concurrency: 1, limit: 1 });

    const first = queue.run(1);
    const second = queue.run(2);
    expect(await queue.run(3)).toEqual({ kind: "full" });
    await finish(1);
    await first;
    const fourth = queue.run(4);
    await finish(2);
    await finish(4);

    expect([await second, await fourth]).toEqual([
      { kind: "done", result: 20 },
      { kind: "done", result: 40 },
    ]);
  });

  it("takes an aborted job off the queue without starting it", async () => {
    const { queue, started, finish } = setUp({ concurrency: 1, limit: 2 });
    const abort = new AbortController();

    const first = queue.run(1);
    const second = queue.run(2, abort.signal);
    abort.abort();

    expect(await second).toEqual({ kind: "aborted" });
    expect(queue.waitingCount()).toBe(0);
    await finish(1);
    await first;
    expect(started).toEqual([1]);
  });

  it("does not start a job whose caller is gone already", async () => {
    const { queue, started } = setUp({ concurrency: 1, limit: 1 });

    expect(await queue.run(1, AbortSignal.abort())).toEqual({ kind: "aborted" });
    expect(started).toEqual([]);
  });

  it("gives the place of a failed job to the next one", async () => {
    const queue = createBoundedQueue<number, number>({
      concurrency: 1,
      limit: 1,
      perform: async (job) => {
        if (job === 1) throw new Error("boom");
        return job;
      },
    });

    const first = queue.run(1);
    const second = queue.run(2);

    await expect(first).rejects.toThrow("boom");
    expect(await second).toEqual({ kind: "done", result: 2 });
    expect(queue.runningCount()).toBe(0);
  });

  it("keeps its bounds and forgets nothing, whatever comes, ends and gives up", async () => {
    const step = fc.oneof(
      fc.constant("arrive" as const),
      fc.constant("finish" as const),
      fc.constant("abort" as const),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(step, { maxLength: 60 }),
        async (concurrency, limit, steps) => {
          const { queue, started, finish } = setUp({ concurrency, limit });
          const runs: Promise<unknown>[] = [];
          const aborts: AbortController[] = [];
          let finishedCount = 0;
          for (const kind of steps) {
            if (kind === "arrive") {
              const abort = new AbortController();
              aborts.push(abort);
              runs.push(queue.run(runs.length, abort.signal));
            } else if (kind === "abort") {
              aborts.pop()?.abort();
            } else if (finishedCount < started.length) {
              await finish(started[finishedCount] ?? 0);
              finishedCount += 1;
            }
            expect(queue.runningCount()).toBeLessThanOrEqual(concurrency);
            expect(queue.waitingCount()).toBeLessThanOrEqual(limit);
          }
          for (; finishedCount < started.length; finishedCount += 1)
            await finish(started[finishedCount] ?? 0);

          await Promise.all(runs);
          expect([queue.runningCount(), queue.waitingCount()]).toEqual([0, 0]);
        },
      ),
    );
  });
});

function setUp(limits: { readonly concurrency: number; readonly limit: number }) {
  const started: number[] = [];
  const ends = new Map<number, (result: number) => void>();
  const queue = createBoundedQueue<number, number>({
    ...limits,
    perform: (job) => {
      started.push(job);
      return new Promise((resolve) => ends.set(job, resolve));
    },
  });
  const finish = async (job: number) => {
    ends.get(job)?.(job * 10);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, started, finish };
}
