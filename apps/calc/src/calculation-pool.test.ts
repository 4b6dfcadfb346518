import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { type CalculationThreads, createCalculationPool } from "./calculation-pool.ts";

describe("createCalculationPool", () => {
  let directory: string;
  let pool: CalculationThreads;
  /** Holds every calculation of a number above 0 until it is set. */
  let gate: Int32Array;

  beforeAll(async () => {
    directory = await mkdtemp(`${tmpdir()}/calculation-pool-`);
    await writeFile(`${directory}/worker.mjs`, WORKER);
  });
  beforeEach(() => {
    gate = new Int32Array(new SharedArrayBuffer(4));
    pool = createCalculationPool({
      workerUrl: pathToFileURL(`${directory}/worker.mjs`),
      threadCount: 1,
      queueLimit: 1,
    });
  });
  afterEach(() => pool.close());
  afterAll(() => rm(directory, { recursive: true }));

  const held = (signal?: AbortSignal) => pool.run({ gate } as unknown as number, signal);
  const open = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };

  it("refuses what is over the limit, and takes work again when there is room", async () => {
    const inside = [held(), held()];
    expect([pool.runningCount(), pool.waitingCount()]).toEqual([1, 1]);
    expect(await held()).toEqual({ kind: "full" });

    open();

    expect((await Promise.all(inside)).map(({ kind }) => kind)).toEqual(["done", "done"]);
    expect((await held()).kind).toBe("done");
  });

  it("holds the limit for calculations that can be aborted, too", async () => {
    const { signal } = new AbortController();
    const inside = [held(signal), held(signal)];

    expect(await held(signal)).toEqual({ kind: "full" });
    open();
    await Promise.all(inside);
  });

  it("takes an aborted calculation off the queue", async () => {
    const abort = new AbortController();
    const first = held();
    const second = held(abort.signal);

    abort.abort();

    expect(await second).toEqual({ kind: "aborted" });
    expect(pool.waitingCount()).toBe(0);
    open();
    expect((await first).kind).toBe("done");
  });

  it("does not start one whose caller is gone already", async () => {
    expect(await held(AbortSignal.abort())).toEqual({ kind: "aborted" });
    expect(pool.runningCount()).toBe(0);
  });

  it.each([
    { when: "it throws", number: -1 },
    { when: "its thread exits", number: -2 },
  ])("fails only the calculation at hand when $when", async ({ number }) => {
    await expect(pool.run(number)).rejects.toThrow();

    expect((await pool.run(0)).kind).toBe("done");
    expect([pool.runningCount(), pool.waitingCount()]).toEqual([0, 0]);
  });
});

const WORKER = `
export function calculate(job) {
  if (job === -1) throw new Error("boom");
  if (job === -2) process.exit(3);
  if (job.gate !== undefined) Atomics.wait(job.gate, 0, 0);
  return { input: 0, pbkdf2Hash: "p", scryptHash: "s" };
}
`;
