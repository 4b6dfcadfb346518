import { wordsOf } from "./beside-cpu.ts";
import type { ScalingRate } from "./policy.ts";
import type { Words } from "./words.ts";

export const english: Words = {
  belowMinimum: (size, minimum) => `The pool of ${size} is below its minimum of ${minimum}`,
  aboveMaximum: (size, maximum) => `The pool of ${size} is above its maximum of ${maximum}`,
  noneWarm: "No server is warm",
  unread: (name, missing, warm) =>
    `${count(missing, "server")} of ${warm} without a reading${name === "cpu" ? "" : ` of ${wordsOf(name).english.noun}`}`,
  alertWhileBlind: "An alert says that the load is high, and there is no reading at all",
  manual: "An operator asked for it",
  signal(name, value, warmCount) {
    const { english: words, unit } = wordsOf(name);
    return `${words.valueIs} ${value} ${unit} on ${count(warmCount, "warm server")}`;
  },
  band: (verdict, from, to, name) => `${verdict} the band of ${from} to ${to} ${wordsOf(name).unit}`,
  grows: (from, to) => `grows from ${from} to ${to}`,
  shrinks: (from, to) => `shrinks from ${from} to ${to}`,
  stays: (size) => `stays at ${size}`,
  enoughComing: ", enough once all of them are warm",
  memoryAlone: (size, target) =>
    `Memory alone asks for ${count(size, "server")}: if they are idle, the target of ${target} % is too near to what an idle server uses.`,
  held: (wanted, to, why) => `wanted ${wanted}, held at ${to}: ${why}`,
  clamps: (policy, holding) => ({
    "stabilization-up": `that must have held for ${policy.scaleUp.stabilizationSeconds} s`,
    "stabilization-down": `that must have held for ${policy.scaleDown.stabilizationSeconds} s`,
    "rate-up": `at most ${rate(policy.scaleUp)}`,
    "rate-down": `at most ${rate(policy.scaleDown)}`,
    "max-size": `the maximum is ${policy.maxSize}`,
    "create-budget": `at most ${count(policy.createsPerDay, "clone")} a day`,
    "min-size": `the minimum is ${policy.minSize}`,
    "paused-up": "growing is paused",
    "paused-down": "shrinking is paused",
    "load-unknown": "never shrinks without a complete reading",
    "scale-out-in-progress": "new servers are still on their way",
    "load-balancer-behind": "the load balancer has not acknowledged the last change",
    "present-load": `${holding.name === "cpu" ? "the present load" : wordsOf(holding.name).english.noun} would be above ${holding.target} ${wordsOf(holding.name).unit} on fewer servers`,
    "manual-floor": "an operator asked for at least that many",
    "may-not-leave": "the others are protected, or still being made",
    "dry-run": "this is a dry run",
  }),
};

function rate({ maxServers, maxPercent, periodSeconds }: ScalingRate): string {
  const parts = [
    ...(maxServers === undefined ? [] : [count(maxServers, "server")]),
    ...(maxPercent === undefined ? [] : [`${maxPercent} %`]),
  ];
  return `${parts.join(" or ")} per ${periodSeconds} s`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
