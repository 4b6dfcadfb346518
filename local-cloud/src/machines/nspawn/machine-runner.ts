import type { Logger } from "@autoscaler/service-kit";
import { bridgeName } from "../../network/bridges.ts";
import { waitForBoot } from "./boot-watch.ts";
import type { Cgroups } from "./cgroups.ts";
import { createCpuViewFiles } from "./cpu-view-files.ts";
import { startDetached } from "./host/detached.ts";
import { patienceFactor } from "./host/patience.ts";
import {
  isAlive,
  type ProcessIdentity,
  readIdentity,
  signal,
  waitUntilGone,
} from "./host/process-identity.ts";
import { launchCommand } from "./launch.ts";
import type { MachineStore } from "./machine-files.ts";
import { cpuQuotaPercent, type MachineSettings } from "./settings.ts";

const STOP_DEADLINE_MS = 30_000 * patienceFactor();
const KILL_DEADLINE_MS = 10_000 * patienceFactor();
/** While it boots, a machine has one whole core: the same number of CPUs is visible before and after. */
const BOOT_CPU_PERCENT = 100;

export interface MachineRunner {
  /** Nothing if it runs. */
  start(id: string): Promise<void>;
  /** Nothing if it does not run. */
  stop(id: string, options: { readonly force: boolean }): Promise<void>;
  isRunning(id: string): Promise<boolean>;
  /** Goes on watching machines that an earlier process started. */
  takeOver(): Promise<void>;
  /** Stops watching; the machines go on. */
  close(): Promise<void>;
}

export interface RunnerParts {
  readonly settings: MachineSettings;
  readonly store: MachineStore;
  readonly cgroups: Cgroups;
  readonly log: Logger;
}

/** Starts and stops processes of machines; disks are made by others. */
export function createMachineRunner({ settings, store, cgroups, log }: RunnerParts): MachineRunner {
  const closing = new AbortController();
  const watches = new Map<string, Promise<void>>();

  const { cpuUsage } = cgroups;
  const views =
    cpuUsage === undefined
      ? undefined
      : createCpuViewFiles({ directoryOf: (id) => store.filesOf(id).cpuView, usage: cpuUsage });

  const processOf = async (id: string): Promise<ProcessIdentity | undefined> => {
    const identity = await readIdentity(store.filesOf(id).identityFile);
    return identity !== undefined && isAlive(identity) ? identity : undefined;
  };

  const limitAfterBoot = async (id: string, vcpu: number, identity: ProcessIdentity) => {
    const startMs = performance.now();
    const end = await waitForBoot(identity, settings.bootDeadlineMs * patienceFactor(), closing.signal);
    if (end === "stopped") return;
    const cpuPercent = cpuQuotaPercent(vcpu, settings.cpuQuotaPercentByVcpu);
    await cgroups.limitCpu(id, cpuPercent);
    await views?.limit(id, cpuPercent);
    const bootMs = Math.round(performance.now() - startMs);
    log.info({ event: "machine.limited", machine: id, end, bootMs, cpuPercent }, "machine has its CPU limit");
  };

  const watch = (id: string, vcpu: number, identity: ProcessIdentity) => {
    const watched = limitAfterBoot(id, vcpu, identity)
      .catch((error: unknown) => {
        // a machine that was removed meanwhile has no groups to limit
        if (isAlive(identity))
          log.error({ event: "machine.limit_failed", machine: id, err: error }, "no CPU limit");
      })
      .finally(() => {
        if (watches.get(id) === watched) watches.delete(id);
      });
    watches.set(id, watched);
  };

  /** Everything in the machine's groups, should nspawn have left something behind. */
  const killRest = async (id: string) => {
    for (const pid of await cgroups.processes(id)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended meanwhile
      }
    }
  };

  return {
    async start(id) {
      if ((await processOf(id)) !== undefined) return;
      const machine = await store.read(id);
      const files = store.filesOf(id);
      await killRest(id);
      await cgroups.remove(id);
      await cgroups.prepare(id, { memoryMib: Math.max(machine.memoryMib, settings.minimumMemoryMib) });
      await cgroups.limitCpu(id, BOOT_CPU_PERCENT);
      await views?.begin(id, BOOT_CPU_PERCENT);
      const identity = await startDetached({
        command: launchCommand(machine, files, {
          namespacePath: `/run/netns/${settings.instance}`,
          imageDirectory: settings.imageDirectory,
          lxcfsDirectory: settings.lxcfsDirectory,
          bridge: bridgeName(machine.networkId),
          hasCpuView: views !== undefined,
        }),
        logFile: files.consoleFile,
        identityFile: files.identityFile,
        cgroupFiles: cgroups.entries(id),
      });
      log.info({ event: "machine.started", machine: id, pid: identity.pid }, "machine started");
      watch(id, machine.vcpu, identity);
    },
    async stop(id, { force }) {
      const identity = await processOf(id);
      if (identity !== undefined) {
        // a machine at its CPU limit would need many times as long to shut down
        await cgroups.limitCpu(id, undefined).catch(() => undefined);
        signal(identity, force ? "SIGKILL" : "SIGTERM");
        if (!(await waitUntilGone(identity, force ? KILL_DEADLINE_MS : STOP_DEADLINE_MS))) {
          log.warn({ event: "machine.killed", machine: id }, "did not stop in time, power cut");
          signal(identity, "SIGKILL");
          await waitUntilGone(identity, KILL_DEADLINE_MS);
        }
        log.info({ event: "machine.stopped", machine: id, force }, "machine stopped");
      }
      views?.end(id);
      await killRest(id);
      await cgroups.remove(id);
    },
    isRunning: async (id) => (await processOf(id)) !== undefined,
    async takeOver() {
      for (const id of await store.list()) {
        const identity = await processOf(id);
        if (identity === undefined) continue;
        await views?.takeOver(id, BOOT_CPU_PERCENT);
        watch(id, (await store.read(id)).vcpu, identity);
      }
    },
    async close() {
      closing.abort();
      views?.close();
      await Promise.all(watches.values());
    },
  };
}
