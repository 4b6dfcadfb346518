import { hostname } from "node:os";
import { type Clock, hasCode, type Logger } from "@autoscaler/service-kit";
import type { InstanceLock } from "./instance-lock.ts";

const HOLD_MS = 30_000;
const RENEW_MS = 5_000;

export interface HoldOptions {
  readonly lock: InstanceLock;
  readonly clock: Clock;
  readonly log: Logger;
  readonly holder: string;
  readonly isGone: (holder: string) => boolean;
  /** Ends the waiting and the renewing. */
  readonly signal: AbortSignal;
}

/** Waits until this is the only scaler, saying whom it waits for. */
export async function waitForLock({ lock, clock, log, holder, isGone, signal }: HoldOptions): Promise<void> {
  for (;;) {
    const answer = lock.acquire({ holder, nowMs: clock.nowMs(), forMs: HOLD_MS, isGone });
    if (answer.kind === "held") {
      log.info({ event: "instance.active", fence: answer.fence, holder }, "this scaler is the active one");
      return;
    }
    log.warn(
      { event: "instance.waiting", activeHolder: answer.holder, untilMs: answer.untilMs },
      "another scaler is active: this one waits",
    );
    await clock.sleep(RENEW_MS, signal);
  }
}

/**
 * Keeps the lock; resolves when it was lost, rejects when `signal` ends it. A renewal that the file refuses
 * (full disk, busy) is tried again until the lock has run out, which is a loss too.
 */
export async function keepLock({
  lock,
  clock,
  log,
  signal,
}: Pick<HoldOptions, "lock" | "clock" | "log" | "signal">): Promise<"lost"> {
  let heldUntilMs = clock.nowMs() + HOLD_MS;
  for (;;) {
    await clock.sleep(RENEW_MS, signal);
    const nowMs = clock.nowMs();
    try {
      if (!lock.renew({ nowMs, forMs: HOLD_MS })) break;
      heldUntilMs = nowMs + HOLD_MS;
    } catch (error) {
      log.warn({ event: "instance.renew_failed", err: error }, "could not renew the lock, tries again");
      if (nowMs >= heldUntilMs) break;
    }
  }
  log.error({ event: "instance.lock_lost" }, "another scaler took over, or may have");
  return "lost";
}

export function ownHolder(): string {
  return `${hostname()}/${process.pid}`;
}

/** A process of this machine that is no more, or that had this process's own number. */
export function isGoneHere(holder: string): boolean {
  const [host, pidText = ""] = holder.split("/");
  const pid = Number(pidText);
  if (host !== hostname() || !Number.isSafeInteger(pid) || pid < 1) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasCode(error, "ESRCH");
  }
}
