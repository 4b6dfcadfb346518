import type { SignalName } from "./beside-cpu.ts";
import type { ClampName } from "./decision.ts";
import type { ScalingPolicy } from "./policy.ts";

/** One language's parts of the sentence that explains a decision. */
export interface Words {
  readonly belowMinimum: (size: number, minimum: number) => string;
  readonly aboveMaximum: (size: number, maximum: number) => string;
  readonly noneWarm: string;
  readonly unread: (name: SignalName, missing: number, warm: number) => string;
  readonly alertWhileBlind: string;
  readonly manual: string;
  readonly signal: (name: SignalName, value: number, warmCount: number) => string;
  readonly band: (
    verdict: "within" | "above" | "below",
    from: number,
    to: number,
    name: SignalName,
  ) => string;
  readonly grows: (from: number, to: number) => string;
  readonly shrinks: (from: number, to: number) => string;
  readonly stays: (size: number) => string;
  readonly enoughComing: string;
  readonly memoryAlone: (size: number, target: number) => string;
  readonly held: (wanted: number, to: number, why: string) => string;
  /** `holding` is the signal that needs the most servers now. */
  readonly clamps: (
    policy: ScalingPolicy,
    holding: { readonly name: SignalName; readonly target: number },
  ) => Readonly<Record<ClampName, string>>;
}
