import type { PoolConfig } from "../config.ts";
import { createObserver } from "./observe.ts";
import { paceMs } from "./pace.ts";
import { createPool, type Pool } from "./pool.ts";
import type { Ports } from "./ports.ts";
import { tick } from "./tick.ts";

export interface Scaler {
  readonly pool: Pool;
  /** Asks for an early tick; returns at once. Many wakes before that tick are one. */
  wake(reason: string): void;
  /** Runs until `stop`. */
  run(): Promise<void>;
  /** Resolves when the tick under way has ended. What runs beside it is finished by the next process. */
  stop(): Promise<void>;
}

export function createScaler({
  config,
  ports,
  tickIntervalMs,
}: {
  readonly config: PoolConfig;
  readonly ports: Ports;
  readonly tickIntervalMs: number;
}): Scaler {
  const { clock, log } = ports;
  const stopping = new AbortController();
  const observe = createObserver();
  let isWoken = false;
  let sleeping: AbortController | undefined;
  let running: Promise<void> | undefined;

  const wake = (reason: string) => {
    log.debug({ event: "loop.woken", reason }, "woken");
    isWoken = true;
    sleeping?.abort();
  };
  const pool = createPool({ config, ports, stopping: stopping.signal, onLaneDone: wake });

  const pause = async (startedAtMs: number) => {
    const elapsedMs = Math.max(0, clock.nowMs() - startedAtMs);
    if (!isWoken) {
      sleeping = new AbortController();
      await clock.sleep(Math.max(0, tickIntervalMs - elapsedMs), sleeping.signal).catch(() => undefined);
      sleeping = undefined;
    }
    const restMs = paceMs.betweenTicks - Math.max(0, clock.nowMs() - startedAtMs);
    if (restMs > 0 && !stopping.signal.aborted)
      await clock.sleep(restMs, stopping.signal).catch(() => undefined);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const startedAtMs = clock.nowMs();
      isWoken = false;
      try {
        await tick(pool, observe);
        pool.failures.worked("tick");
      } catch (error) {
        pool.failures.failed("tick", error);
      }
      await pause(startedAtMs);
    }
  };

  return {
    pool,
    wake,
    run() {
      running ??= loop();
      return running;
    },
    async stop() {
      stopping.abort();
      sleeping?.abort();
      pool.lanes.close();
      await running;
    },
  };
}
