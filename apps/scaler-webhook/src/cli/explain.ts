import { type Decision, decide, parseScalingPolicy } from "@autoscaler/scaling-core";

export interface GivenNumbers {
  /** Mean CPU of the warm servers; absent: no reading. */
  readonly loadPercent?: number;
  /** The size of the pool, the seed counted; all of it warm. */
  readonly serverCount: number;
  readonly policy: unknown;
  readonly nowMs: number;
}

/** The decision for a calm pool with these numbers: watched for an hour, at this load all the time. */
export function decideByNumbers({ loadPercent, serverCount, policy, nowMs }: GivenNumbers): Decision {
  const parsed = parseScalingPolicy(policy);
  if (parsed.kind === "invalid") throw new Error(`the policy is invalid:\n- ${parsed.problems.join("\n- ")}`);
  const base = {
    nowMs,
    policy: parsed.policy,
    desiredSize: serverCount,
    load: {
      warmCount: serverCount,
      missingCount: loadPercent === undefined ? serverCount : 0,
      totalPercent: (loadPercent ?? 0) * serverCount,
    },
    notYetWarmCount: 0,
    isLoadBalancerSettled: true,
    changes: [],
    paused: { up: false, down: false },
  };
  const sinceMs = nowMs - 2 * 3_600_000;
  const { recommendedSize } = decide({ ...base, watch: { sinceMs, recommendations: [] } });
  return decide({ ...base, watch: { sinceMs, recommendations: [{ atMs: nowMs, size: recommendedSize }] } });
}

export interface Replay {
  readonly stored: Decision;
  readonly replayed: Decision;
  /** False when the rules have changed since. */
  readonly isSame: boolean;
}

/** Decides again from what was stored. @throws when it holds no decision. */
export function replay(value: unknown): Replay {
  const stored = value as Decision;
  if (typeof stored?.input?.policy !== "object")
    throw new Error("the scaler sent no decision that can be replayed");
  const replayed = decide(stored.input);
  return { stored, replayed, isSame: JSON.stringify(replayed) === JSON.stringify(stored) };
}

/** The decision step by step. */
export function describe({
  sentence,
  sentenceIndonesian,
  answers,
  clamps,
  toSize,
  reason,
}: Decision): string {
  const rows = answers.map(
    ({ name, value, target, verdict, size }) =>
      `  ${name.padEnd(9)} ${value === undefined ? "no reading" : round(value)} (target ${target}): ${verdict}, asks for ${size}`,
  );
  const held = clamps.map(({ name, from, to }) => `  ${name}: ${from} -> ${to}`);
  return [
    sentence,
    sentenceIndonesian,
    "",
    "Signals:",
    ...rows,
    "Clamps:",
    ...(held.length === 0 ? ["  none"] : held),
    `Result: ${toSize} (${reason})`,
  ].join("\n");
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
