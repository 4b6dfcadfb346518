import { growAbove, shrinkBelow } from "./band.ts";
import type { Clamp, Decision, DecisionInput } from "./decision.ts";
import type { ScalingPolicy } from "./policy.ts";
import type { Words } from "./words.ts";

type Decided = Omit<Decision, "sentence" | "sentenceIndonesian" | "input">;

/** One sentence that a person who pays for the servers can follow. */
export function describeDecision(decision: Decided, input: DecisionInput, words: Words): string {
  const held = decision.clamps.map((clamp) => describeClamp(clamp, input.policy, words));
  const because = held.length === 0 ? "" : ` (${held.join("; ")})`;
  return `${cause(decision, input, words)}: ${outcome(decision, words)}${because}.`;
}

function cause(
  { reason, fromSize, answers }: Decided,
  { load, policy }: DecisionInput,
  words: Words,
): string {
  const freshCount = load.warmCount - load.missingCount;
  const bandOf = (verdict: "within" | "above" | "below") => {
    // Of those that say so, the one that asks for the most servers decides.
    const { name, value, target } = answers
      .filter((answer) => answer.verdict === verdict)
      .reduce((most, answer) => (answer.size > most.size ? answer : most));
    const from = round(shrinkBelow(target, policy.tolerancePercent));
    const to = round(growAbove(target, policy.tolerancePercent));
    return `${words.signal(name, round(Number(value)), freshCount)}, ${words.band(verdict, from, to, name)}`;
  };

  switch (reason) {
    case "below-minimum":
      return words.belowMinimum(fromSize, policy.minSize);
    case "above-maximum":
      return words.aboveMaximum(fromSize, policy.maxSize);
    case "load-unknown":
      return load.warmCount === 0 ? words.noneWarm : words.unread(load.missingCount, load.warmCount);
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

function describeClamp({ name, from, to }: Clamp, policy: ScalingPolicy, words: Words): string {
  return words.held(from, to, words.clamps(policy)[name]);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
