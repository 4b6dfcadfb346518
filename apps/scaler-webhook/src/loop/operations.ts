import type { DecisionView, PoolView, ServerView } from "@autoscaler/contracts";
import {
  growAbovePercent,
  isWarm,
  type Server,
  shrinkBelowPercent,
  withinWindows,
} from "@autoscaler/scaling-core";
import { omitUndefined } from "@autoscaler/service-kit";
import { paceMs } from "./pace.ts";
import { desiredSizeOf } from "./pool.ts";
import type { Direction, Pause, StoredDecision } from "./ports.ts";
import type { Scaler } from "./scaler.ts";

/** What people may ask of the running loop; the routes and the status page are made from it. */
export interface Operations {
  readonly poolName: string;
  pool(): PoolView;
  /** Seed first, then clones by age; those that are gone are left out. */
  servers(): readonly ServerView[];
  decisions(query: { readonly limit: number; readonly sinceId?: number }): readonly DecisionView[];
  band(): { readonly shrinkBelowPercent: number; readonly growAbovePercent: number };
  health(): Health;
  stepUp(): ManualStep;
  stepDown(): ManualStep;
  pause(request: { readonly direction: Direction; readonly reason: string; readonly forMs: number }): Pause;
  resume(): void;
  currentPause(): Pause | undefined;
  setSize(request: { readonly size: number; readonly forMs: number }): HeldSize;
  clearSize(): void;
  /** Until when the clone is protected now; `undefined`: there is no such clone. */
  protect(server: string, forMs: number): number | undefined;
  decision(id: number): StoredDecision | undefined;
  noteUpAlert(): void;
}

export interface HeldSize {
  readonly size: number;
  readonly untilMs: number;
}

export interface Health {
  readonly isAlive: boolean;
  readonly isReady: boolean;
  readonly lastTickAgeMs?: number;
}

export interface ManualStep {
  readonly pool: string;
  readonly requestedSize: number;
  readonly holdsUntilMs: number;
  readonly message: string;
}

export function createOperations(
  scaler: Scaler,
  { tickIntervalMs }: { readonly tickIntervalMs: number },
): Operations {
  const { pool, wake } = scaler;
  const { config, clones, ports, state } = pool;
  const { journal, clock } = ports;
  const startedAtMs = clock.nowMs();
  /** As the loop sees it: with the limits of the windows that are open now. */
  const policyNow = () => withinWindows(config.policy, ports.openWindows(clock.nowMs()));

  const inFuture = (atMs: number | undefined) =>
    atMs !== undefined && clock.nowMs() < atMs ? atMs : undefined;
  const currentPause = () => {
    const { pause } = journal.memory();
    return inFuture(pause?.untilMs) === undefined ? undefined : pause;
  };
  const currentSize = () => {
    const { manual } = journal.memory();
    return manual?.kind === "size" && inFuture(manual.untilMs) !== undefined ? manual : undefined;
  };
  const records = () => clones.live().map(({ record }) => record);
  const serverView = (server: Server) => {
    const { record, sighting } = server;
    return omitUndefined<ServerView>({
      name: record.name,
      role: "clone",
      phase: record.phase,
      phaseSinceMs: record.phaseSinceMs,
      warm: isWarm(server, clock.nowMs(), config.policy),
      vmUuid: record.vmUuid,
      privateIpv4: record.privateIpv4,
      loadPercent: state.loadPercentByServer.get(record.name),
      release: record.release,
      protectedUntilMs: inFuture(record.protectedUntilMs),
      waitsFor: sighting.waitsFor,
    });
  };

  return {
    poolName: config.pool,
    pool() {
      const { minSize, maxSize } = policyNow();
      const [pause, size] = [currentPause(), currentSize()];
      return omitUndefined<PoolView>({
        pool: config.pool,
        minSize,
        maxSize,
        desiredSize: desiredSizeOf(pool),
        inServiceCount: 1 + records().filter(({ phase }) => phase === "serving").length,
        targetPercent: config.policy.targetPercent,
        tolerancePercent: config.policy.tolerancePercent,
        loadPercent: state.lastDecision?.loadPercent,
        lastReason: state.lastDecision?.reason,
        lastSentence: state.lastDecision?.sentence,
        pausedDirection: pause?.direction,
        pausedUntilMs: pause?.untilMs,
        manualSize: size?.size,
        manualUntilMs: size?.untilMs,
        dryRun: config.policy.dryRun,
      });
    },
    servers: () => [
      omitUndefined<ServerView>({
        name: config.seed.name,
        role: "seed",
        phase: "serving",
        phaseSinceMs: startedAtMs,
        warm: true,
        vmUuid: config.seed.vmUuid,
        privateIpv4: config.seed.privateIpv4,
        loadPercent: state.loadPercentByServer.get(config.seed.name),
      }),
      ...clones.live().map(serverView),
    ],
    decisions: (query) =>
      journal.decisions(query).map(({ id, atMs, decision }) =>
        omitUndefined<DecisionView>({
          id,
          atMs,
          pool: config.pool,
          fromSize: decision.fromSize,
          toSize: decision.toSize,
          reason: decision.reason,
          sentence: decision.sentence,
          sentenceIndonesian: decision.sentenceIndonesian,
          loadPercent: decision.loadPercent,
        }),
      ),
    band: () => ({
      shrinkBelowPercent: shrinkBelowPercent(config.policy),
      growAbovePercent: growAbovePercent(config.policy),
    }),
    health() {
      const lastTickAgeMs = state.lastTickAtMs === undefined ? undefined : clock.nowMs() - state.lastTickAtMs;
      const isRecent = lastTickAgeMs !== undefined && lastTickAgeMs < 6 * tickIntervalMs + 30_000;
      const isStarting = clock.nowMs() - startedAtMs < 120_000;
      return omitUndefined<ReturnType<Operations["health"]>>({
        isAlive: isRecent || isStarting || !state.isReconciled,
        isReady: isRecent,
        lastTickAgeMs,
      });
    },
    stepUp() {
      const { manual } = journal.memory();
      const nowMs = clock.nowMs();
      const { maxSize } = policyNow();
      const floor = manual?.kind === "floor" && nowMs < manual.untilMs ? manual.size : 0;
      const size = Math.min(maxSize, Math.max(desiredSizeOf(pool), floor) + 1);
      const untilMs = nowMs + paceMs.manualFloorHolds;
      journal.remember({ manual: { kind: "floor", size, untilMs } });
      wake("manual step up");
      const message = `at least ${size} servers are kept for ${paceMs.manualFloorHolds / 1000} s (the maximum is ${maxSize})`;
      return { pool: config.pool, requestedSize: size, holdsUntilMs: untilMs, message };
    },
    stepDown() {
      const { minSize } = policyNow();
      const size = Math.max(minSize, desiredSizeOf(pool) - 1);
      const untilMs = clock.nowMs() + paceMs.stepDownHolds;
      journal.remember({ manual: { kind: "step-down", untilMs } });
      wake("manual step down");
      const message = `one server less, unless the load forbids it for ${paceMs.stepDownHolds / 1000} s (the minimum is ${minSize})`;
      return { pool: config.pool, requestedSize: size, holdsUntilMs: untilMs, message };
    },
    pause({ direction, reason, forMs }) {
      const sinceMs = clock.nowMs();
      const pause = { direction, reason, sinceMs, untilMs: sinceMs + forMs };
      journal.remember({ pause });
      wake("pause");
      return pause;
    },
    resume() {
      journal.remember({ pause: undefined });
      wake("resume");
    },
    currentPause,
    setSize({ size, forMs }) {
      const untilMs = clock.nowMs() + forMs;
      journal.remember({ manual: { kind: "size", size, untilMs } });
      wake("manual size");
      return { size, untilMs };
    },
    clearSize() {
      if (journal.memory().manual?.kind === "size") journal.remember({ manual: undefined });
      wake("manual size cleared");
    },
    protect(server, forMs) {
      if (clones.get(server) === undefined || clones.get(server)?.record.phase === "gone") return undefined;
      const protectedUntilMs = clock.nowMs() + forMs;
      clones.update(server, (record) => ({ ...record, protectedUntilMs }));
      return protectedUntilMs;
    },
    decision: (id) => journal.decision(id),
    noteUpAlert() {
      state.upAlertAtMs = clock.nowMs();
    },
  };
}
