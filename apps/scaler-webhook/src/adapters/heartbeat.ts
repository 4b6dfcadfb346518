import { type Clock, requestJson } from "@autoscaler/service-kit";

const INTERVAL_MS = 60_000;

export interface HeartbeatOptions {
  /** Of a watcher outside (healthchecks.io and the like), which warns when no call comes. */
  readonly url: string;
  readonly clock: Clock;
  readonly send?: (url: string) => Promise<unknown>;
  readonly failed: () => void;
}

/**
 * A dead man's switch: called after each whole tick, tells the watcher once a minute that the loop lives.
 * It stands outside, because who watches here falls silent together with the machine.
 */
export function createHeartbeat({ url, clock, send = post, failed }: HeartbeatOptions): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock.nowMs();
    if (Math.abs(nowMs - lastMs) < INTERVAL_MS) return;
    lastMs = nowMs;
    void send(url).catch(failed);
  };
}

async function post(url: string): Promise<void> {
  const { status } = await requestJson(url, { method: "POST", timeoutMs: 5_000 });
  if (status >= 300) throw new Error(`the watcher answered ${status}`);
}
