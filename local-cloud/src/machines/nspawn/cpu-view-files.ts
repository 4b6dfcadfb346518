import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  type CpuTimes,
  type CpuView,
  cpuInfoText,
  emptyCpuView,
  nextCpuView,
  parseStatText,
  statText,
} from "./cpu-view.ts";

/**
 * Several times in each scrape of two seconds, so that a scrape sees the present. Used and idle time are written
 * together, so that an old file still shows the right share; every 200 ms took a third of an emulated core.
 */
const REFRESH_MS = 500;

/** Keeps the files that machines see as their own `/proc/stat` and `/proc/cpuinfo`. */
export interface CpuViewFiles {
  /** Begins anew: the machine starts. */
  begin(id: string, percent: number): Promise<void>;
  /** Goes on with what the files of a running machine show. */
  takeOver(id: string, percent: number): Promise<void>;
  /** Another share from now on. */
  limit(id: string, percent: number): Promise<void>;
  end(id: string): void;
  close(): void;
}

export interface CpuViewOptions {
  readonly directoryOf: (id: string) => string;
  readonly usage: (id: string) => Promise<CpuTimes>;
}

interface Kept {
  view: CpuView;
  percent: number;
  lastMs: number;
}

const readHostStat = () => readFile("/proc/stat", "utf8");

export function createCpuViewFiles({ directoryOf, usage }: CpuViewOptions): CpuViewFiles {
  const kept = new Map<string, Kept>();

  /** Written over the old text, not beside it: the machine has this very file mounted. */
  const write = async (id: string, { view, percent }: Kept, flag: "r+" | "w", hostStat: string) =>
    writeFile(join(directoryOf(id), "stat"), statText(view, percent, hostStat), { flag });
  const writeInfo = async (id: string, percent: number) => {
    const text = cpuInfoText(percent, await readFile("/proc/cpuinfo", "utf8"));
    await writeFile(join(directoryOf(id), "cpuinfo"), text);
  };
  const refresh = async (id: string, machine: Kept, hostStat: string) => {
    const nowMs = performance.now();
    const elapsedUs = (nowMs - machine.lastMs) * 1000;
    machine.view = nextCpuView(machine.view, await usage(id), { elapsedUs, percent: machine.percent });
    machine.lastMs = nowMs;
    await write(id, machine, "r+", hostStat);
  };
  const closing = new AbortController();
  const { signal } = closing;
  const refreshForEver = async () => {
    while (!signal.aborted) {
      const hostStat = await readHostStat();
      // a machine that is gone between two looks has no file and no group any more
      await Promise.all(
        [...kept].map(([id, machine]) => refresh(id, machine, hostStat).catch(() => undefined)),
      );
      await delay(REFRESH_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  void refreshForEver();

  return {
    async begin(id, percent) {
      await rm(directoryOf(id), { recursive: true, force: true });
      await mkdir(directoryOf(id), { recursive: true });
      const machine = { view: emptyCpuView, percent, lastMs: performance.now() };
      await writeInfo(id, percent);
      await write(id, machine, "w", await readHostStat());
      kept.set(id, machine);
    },
    async takeOver(id, percent) {
      const text = await readFile(join(directoryOf(id), "stat"), "utf8").catch(() => "");
      kept.set(id, { view: parseStatText(text), percent, lastMs: performance.now() });
    },
    async limit(id, percent) {
      const machine = kept.get(id);
      if (machine === undefined) return;
      await refresh(id, machine, await readHostStat());
      machine.percent = percent;
      await writeInfo(id, percent);
    },
    end: (id) => void kept.delete(id),
    close: () => closing.abort(),
  };
}
