import type { CpuTimes } from "./cpu-view.ts";

/** A machine's share of the host. The pool is the parent of all machines of an instance. */
export interface Cgroups {
  readonly version: "v1" | "v2";
  /** Makes a member's groups; nothing if they are there. Without a limit of memory if none is given. */
  prepare(member: string, limits: { readonly memoryMib?: number }): Promise<void>;
  /** The files that a process writes its number into to become part of a member. */
  entries(member: string): readonly string[];
  /** So much of one real core is what the machine sees of itself and, but for 4 points, may use; `undefined`: no limit. */
  limitCpu(member: string, percent: number | undefined): Promise<void>;
  /**
   * CPU time that a member has used; undefined where lxcfs shows machines their share of the CPU by itself,
   * which it does with v1 only: its view needs a counter that v2 does not have.
   */
  readonly cpuUsage: ((member: string) => Promise<CpuTimes>) | undefined;
  /** Numbers of all processes of a member, or of the whole pool. */
  processes(member?: string): Promise<readonly number[]>;
  /** Removes the empty groups of a member, or the whole pool; success if they are not there. */
  remove(member?: string): Promise<void>;
}

/** The kernel's default. The error of `cgroups-v1.ts` grows as it gets shorter: 4 points at 100 ms, 15 at 20 ms. */
export const CPU_PERIOD_US = 100_000;
/** A fork bomb in a machine must not take the host along. */
export const MAX_PROCESS_COUNT = 2_048;
