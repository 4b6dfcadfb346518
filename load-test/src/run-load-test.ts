import { type Clock, systemClock } from "@autoscaler/service-kit";
import { type Arrival, arrivals, constantArrivals } from "./arrivals.ts";
import type { LoadTestOptions } from "./options.ts";
import { createPoolWatch, type PoolWatch } from "./pool-watch.ts";
import { type Progress, progressOf } from "./progress.ts";
import { createRecorder } from "./recorder.ts";
import type { LoadTestResult } from "./result.ts";
import { createScalerClient } from "./scaler-client.ts";
import { type Stage, totalSeconds } from "./scenario.ts";
import { sendOnSchedule } from "./send-on-schedule.ts";
import { createSender } from "./sender.ts";
import { summarise } from "./summarise.ts";

const LOOK_INTERVAL_MS = 1000;
/** Slow enough for one small server, often enough to notice a failure. */
const LEAST_SETTLE_RPS = 0.5;

/**
 * Runs a scenario against a service, and watches its pool beside it. `onProgress` is called about once a
 * second and once more at the end. Never rejects because of the service or the scaler.
 */
export async function runLoadTest(
  options: LoadTestOptions,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<LoadTestResult> {
  const { scenario, url, requestTimeoutMs = 30_000 } = options;
  const clock = preciseClock;
  const signal = options.signal ?? new AbortController().signal;
  const recorder = createRecorder();
  const sender = createSender({ url, request: scenario.request, timeoutMs: requestTimeoutMs });
  const watch =
    options.scaler === undefined ? undefined : createPoolWatch(createScalerClient(options.scaler), clock);
  await watch?.look();

  const startMs = clock.nowMs();
  const rampSeconds = totalSeconds(scenario.stages);
  const settleFromMs = 1000 * rampSeconds;
  const settleRps = Math.max(LEAST_SETTLE_RPS, scenario.stages.at(-1)?.toRps ?? 0);
  const mayStillSettle = (atMs: number) =>
    watch !== undefined &&
    watch.observations().length > 0 &&
    !watch.isAtRest() &&
    atMs <= settleFromMs + 1000 * options.settleSeconds;
  const isOver = ({ atMs, stageIndex }: Arrival) =>
    stageIndex === scenario.stages.length && !mayStillSettle(atMs);

  const report = (done: boolean) => {
    const nowMs = clock.nowMs();
    const phase = nowMs - startMs < settleFromMs ? "ramp" : "settling";
    onProgress(progressOf({ phase: done ? "done" : phase, nowMs, startMs, options, recorder, watch }));
  };
  const looking = new AbortController();
  const looks = lookEverySecond(watch, () => report(false), clock, looking.signal);

  const schedule = rampThenSettle(scenario.stages, settleRps);
  await sendOnSchedule(schedule, { clock, sender, recorder, startMs, signal }, isOver);
  looking.abort();
  await looks;
  await watch?.look();
  await sender.close();
  report(true);

  const endMs = clock.nowMs();
  const settledSeconds = (endMs - startMs) / 1000 - rampSeconds;
  const settled = recorder.samples().some(({ stageIndex }) => stageIndex === scenario.stages.length);
  const settling = {
    label: "settling",
    durationSeconds: settledSeconds,
    fromRps: settleRps,
    toRps: settleRps,
  };
  return summarise({
    ...{ url, scenario, startMs, endMs, interrupted: signal.aborted },
    stages: settled ? [...scenario.stages, settling] : scenario.stages,
    ...(options.facts === undefined ? {} : { facts: options.facts }),
    samples: recorder.samples(),
    observations: watch?.observations() ?? [],
    decisions: watch?.decisions() ?? [],
  });
}

/** Settling follows the ramp without a gap, so no answer that is late can make a pause in the load. */
function* rampThenSettle(stages: readonly Stage[], settleRps: number): Generator<Arrival> {
  yield* arrivals(stages);
  yield* constantArrivals(settleRps, 1000 * totalSeconds(stages), stages.length);
}

async function lookEverySecond(
  watch: PoolWatch | undefined,
  report: () => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const nextMs = clock.nowMs() + LOOK_INTERVAL_MS;
    await watch?.look();
    report();
    await clock.sleep(Math.max(0, nextMs - clock.nowMs()), signal).catch(() => undefined);
  }
}

/** Epoch time with parts of milliseconds that never jumps. */
const preciseClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  sleep: systemClock.sleep,
};
