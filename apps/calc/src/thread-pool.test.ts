import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { createThreadPool, type ThreadPool } from "./thread-pool.ts";

describe("createThreadPool", () => {
  let directory: string;
  let pool: ThreadPool<number, number>;

  beforeAll(async () => {
    directory = await mkdtemp(`${tmpdir()}/thread-pool-`);
    await writeFile(`${directory}/worker.mjs`, WORKER);
  });
  beforeEach(() => {
    pool = createThreadPool({ workerUrl: pathToFileURL(`${directory}/worker.mjs`), threadCount: 2 });
  });
  afterEach(() => pool.close());
  afterAll(() => rm(directory, { recursive: true }));

  it("answers jobs that run beside each other", async () => {
    expect(await Promise.all([pool.perform(1), pool.perform(2)])).toEqual([10, 20]);
  });

  it.each([
    { when: "the thread throws", job: -1 },
    { when: "the thread exits", job: -2 },
  ])("fails only the job at hand when $when, then goes on", async ({ job }) => {
    await expect(pool.perform(job)).rejects.toThrow();

    for (let round = 0; round < 3; round += 1) {
      expect(await Promise.all([pool.perform(3), pool.perform(4)])).toEqual([30, 40]);
    }
  });
});

const WORKER = `
import { parentPort } from "node:worker_threads";
parentPort.on("message", (job) => {
  if (job === -1) throw new Error("boom");
  if (job === -2) process.exit(3);
  parentPort.postMessage(job * 10);
});
`;
