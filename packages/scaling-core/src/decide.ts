import { growthClamps, shrinkClamps } from "./clamps.ts";
import type { Clamp, Decision, DecisionInput, DecisionReason } from "./decision.ts";
import { meanLoadPercent } from "./load.ts";
import { describeDecision } from "./sentence.ts";
import { answerOf, type SignalAnswer, signalsOf, type Verdict } from "./signals.ts";
import { english } from "./words-english.ts";
import { indonesian } from "./words-indonesian.ts";

/**
 * Chooses the pool size for one tick from plain data, by the formula of Kubernetes' HPA.
 *
 * Doubt is one-sided: without a complete reading the pool never shrinks. Unless a pause forbids it, the
 * result lies within `[minSize, maxSize]`.
 */
export function decide(input: DecisionInput): Decision {
  const { policy, desiredSize: fromSize, manualFloor = 0 } = input;
  const loadPercent = meanLoadPercent(input.load);
  const signals = signalsOf(input);
  const answers = signals.map((signal) => answerOf(signal, policy.tolerancePercent, fromSize));
  const byLoad = recommend(input, answers);

  const asked = askedFor(input, byLoad);
  const isForced = asked.reason !== byLoad.reason;
  const steps =
    asked.size > fromSize
      ? growthClamps(input, isForced)
      : shrinkClamps(input, signals, isForced, manualFloor);
  let toSize = asked.size;
  const clamps: Clamp[] = [];
  for (const { name, limit } of steps) {
    const limited = limit(toSize);
    if (limited !== toSize) clamps.push({ name, from: toSize, to: limited });
    toSize = limited;
  }

  const decided = {
    fromSize,
    toSize,
    reason: asked.reason,
    recommendedSize: byLoad.size,
    ...(loadPercent === undefined ? {} : { loadPercent }),
    answers,
    clamps,
  };
  return {
    ...decided,
    sentence: describeDecision(decided, input, english),
    sentenceIndonesian: describeDecision(decided, input, indonesian),
    input,
  };
}

interface Ask {
  readonly size: number;
  readonly reason: DecisionReason;
}

/** Limits and operators come before the load. */
function askedFor(
  { policy, desiredSize, manualFloor = 0, manualStepDown = false, manualSize }: DecisionInput,
  byLoad: Ask,
): Ask {
  if (desiredSize < policy.minSize) return { size: policy.minSize, reason: "below-minimum" };
  if (desiredSize > policy.maxSize) return { size: policy.maxSize, reason: "above-maximum" };
  if (manualSize !== undefined) return { size: manualSize, reason: "manual" };
  if (manualFloor > desiredSize && manualFloor > byLoad.size) return { size: manualFloor, reason: "manual" };
  if (manualStepDown && byLoad.size <= desiredSize) return { size: desiredSize - 1, reason: "manual" };
  return byLoad;
}

/** Size by load alone: any signal may ask for growth, all of them must agree to shrink. */
function recommend(input: DecisionInput, answers: readonly SignalAnswer[]): Ask {
  const { desiredSize } = input;
  const has = (verdict: Verdict) => answers.some((answer) => answer.verdict === verdict);
  const largest = Math.max(...answers.filter(({ verdict }) => verdict !== "unknown").map(({ size }) => size));
  if (has("above")) return { size: largest, reason: "load-above-band" };
  if (has("unknown")) {
    return mayGrowBlindly(input, answers)
      ? { size: desiredSize + 1, reason: "alert-while-blind" }
      : { size: desiredSize, reason: "load-unknown" };
  }
  if (has("within")) return { size: desiredSize, reason: "within-band" };
  return { size: largest, reason: "load-below-band" };
}

/** One server at a time, and the next only when that one is warm. */
function mayGrowBlindly(
  { isUpAlertFresh = false, notYetWarmCount, plannedCount = 0 }: DecisionInput,
  answers: readonly SignalAnswer[],
): boolean {
  const onTheirWayCount = notYetWarmCount + plannedCount;
  return isUpAlertFresh && onTheirWayCount === 0 && answers.every(({ value }) => value === undefined);
}
