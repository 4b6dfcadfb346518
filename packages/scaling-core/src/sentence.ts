import { growAbove, shrinkBelow } from "./band.ts";
import type { Clamp, Decision, DecisionInput } from "./decision.ts";
import type { ScalingPolicy } from "./policy.ts";
import { neediest, type SignalAnswer, type Verdict } from "./signals.ts";
import type { Words } from "./words.ts";

type Decided = Omit<Decision, "sentence" | "sentenceIndonesian" | "input">;

/** One sentence that a person who pays for the servers can follow. */
export function describeDecision(decision: Decided, input: DecisionInput, words: Words): string {
  const held = decision.clamps.map((clamp) => describeClamp(clamp, decision, input.policy, words));
  const because = held.length === 0 ? "" : ` (${held.join("; ")})`;
  return `${cause(decision, input, words)}: ${outcome(decision, words)}${because}.${hint(decision, words)}`;
}

/** Idle servers use memory, too: where memory alone keeps the pool as big as it is, its target may be the reason. */
function hint({ answers, fromSize, toSize, reason }: Decided, words: Words): string {
  const memory = answers.find(({ name }) => name === "memory");
  const isByLoad = reason === "within-band" || reason.startsWith("load-");
  if (memory?.value === undefined || toSize < fromSize || !isByLoad) return "";
  const isAlone = answers.every((answer) => answer === memory || answer.size < memory.size);
  return isAlone && memory.size > 1 ? ` ${words.memoryAlone(memory.size, memory.target)}` : "";
}

function cause(decided: Decided, { policy }: DecisionInput, words: Words): string {
  const { reason, fromSize, answers } = decided;
  // Of the signals that say the same, the one that asks for the most servers decides.
  const winner = (verdict: Verdict) =>
    answers
      .filter((answer) => answer.verdict === verdict)
      .reduce((most, answer) => (answer.size > most.size ? answer : most));
  const bandOf = (verdict: "within" | "above" | "below") => {
    const { name, value, target, warmCount, missingCount } = winner(verdict);
    const from = round(shrinkBelow(target, policy.tolerancePercent));
    const to = round(growAbove(target, policy.tolerancePercent));
    const measured = words.signal(name, round(Number(value)), warmCount - missingCount);
    return `${measured}, ${words.band(verdict, from, to, name)}`;
  };

  switch (reason) {
    case "below-minimum":
      return words.belowMinimum(fromSize, policy.minSize);
    case "above-maximum":
      return words.aboveMaximum(fromSize, policy.maxSize);
    case "load-unknown": {
      const { name, warmCount, missingCount } = winner("unknown");
      return warmCount === 0 ? words.noneWarm : words.unread(name, missingCount, warmCount);
    }
    case "alert-while-blind":
      return words.alertWhileBlind;
    case "manual":
      return words.manual;
    case "within-band":
      return bandOf("within");
    case "load-above-band":
      return bandOf("above");
    case "load-below-band":
      return bandOf("below");
  }
}

function outcome({ fromSize, toSize, reason, clamps }: Decided, words: Words): string {
  if (toSize > fromSize) return words.grows(fromSize, toSize);
  if (toSize < fromSize) return words.shrinks(fromSize, toSize);
  const isEnoughComing = reason === "load-above-band" && clamps.length === 0;
  return words.stays(fromSize) + (isEnoughComing ? words.enoughComing : "");
}

function describeClamp(
  { name, from, to }: Clamp,
  { answers }: Decided,
  policy: ScalingPolicy,
  words: Words,
): string {
  const holding = neediest(answers.map((answer) => ({ ...answer, total: totalOf(answer) })));
  return words.held(from, to, words.clamps(policy, holding)[name]);
}

function totalOf({ value = 0, warmCount, missingCount }: SignalAnswer): number {
  return value * (warmCount - missingCount);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
