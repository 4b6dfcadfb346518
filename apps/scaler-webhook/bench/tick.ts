/**
 * CPU of a tick with 1 000 servers (bound 50 ms), start with 1 000 journaled servers (bound 1 s), heap over
 * 10 000 ticks of a pool of 20 (bound: no growth). Run: `node --expose-gc apps/scaler-webhook/bench/tick.ts`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createBigPool, servingRecords } from "./big-pool.ts";
import { check, report } from "./report.ts";

const CPU_TICKS = 200;
const LEAK_TICKS = 10_000;
const TICK_MS = 5_000;
const collect = globalThis.gc ?? report.fail("run node with --expose-gc");
const directory = mkdtempSync(`${tmpdir()}/scaler-bench-`);

/** The load wanders inside and outside the band, so that decisions are stored as they are in life. */
const wandering = (index: number) => 55 + 5 * Math.sin(index / 40) + (index % 3);

async function startAndCpu(): Promise<void> {
  const journalPath = `${directory}/thousand.sqlite`;
  const seeded = createBigPool({
    journalPath,
    serverCount: 1_000,
    loadPercent: () => 60,
    elapsedMs: () => 0,
  });
  for (const record of servingRecords(1_000)) seeded.journal.saveServer(record);
  seeded.journal.close();

  let index = 0;
  const startedMs = performance.now();
  const world = createBigPool({
    journalPath,
    serverCount: 1_000,
    loadPercent: () => wandering(index),
    elapsedMs: () => index * TICK_MS,
  });
  const { pool, tick } = world.start();
  await tick();
  check(
    "start with 1 000 journaled servers, first tick included",
    performance.now() - startedMs,
    1_000,
    "ms",
  );
  if (pool.clones.live().length !== 999) report.fail("the journal was not read");

  const cpuMs: number[] = [];
  for (; index < CPU_TICKS; index += 1) {
    const before = process.cpuUsage();
    await tick();
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1000);
  }
  cpuMs.sort((a, b) => a - b);
  check("CPU of a tick with 1 000 servers, p95", cpuMs[Math.floor(CPU_TICKS * 0.95)] ?? 0, 50, "ms");
  world.journal.close();
}

async function leak(): Promise<void> {
  let index = 0;
  const world = createBigPool({
    journalPath: `${directory}/small.sqlite`,
    serverCount: 20,
    loadPercent: () => wandering(index),
    elapsedMs: () => index * TICK_MS,
  });
  for (const record of servingRecords(20)) world.journal.saveServer(record);
  const { tick } = world.start();
  let heapBefore = 0;
  for (; index < LEAK_TICKS; index += 1) {
    await tick();
    if (index !== LEAK_TICKS / 10) continue;
    collect();
    heapBefore = process.memoryUsage().heapUsed;
  }
  collect();
  const grownKib = (process.memoryUsage().heapUsed - heapBefore) / 1024;
  check("heap grown over the last 9 000 of 10 000 ticks", grownKib, 1_024, "KiB");
  world.journal.close();
}

try {
  await startAndCpu();
  await leak();
} finally {
  rmSync(directory, { recursive: true });
}
report.exit();
