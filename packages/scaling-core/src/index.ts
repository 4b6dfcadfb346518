export { afterFailedCreate, type BackOff, isBarred, noBackOff } from "./back-off.ts";
export { wantedBackends } from "./backends.ts";
export { BESIDE_CPU, type SignalField, type SignalName } from "./beside-cpu.ts";
export { mayReplaceUnhealthy } from "./breaker.ts";
export { createsLeft } from "./budget.ts";
export { chooseVictims, countThoseThatMayNotLeave } from "./choose-victim.ts";
export { movedBack, withoutFuture } from "./clock-set-back.ts";
export { decide } from "./decide.ts";
export type { Clamp, ClampName, Decision, DecisionInput, DecisionReason } from "./decision.ts";
export {
  createsWithinMaximum,
  decisionIsSound,
  deletedOnlyWhenOut,
  loadFitsOnWhatIsLeft,
  onlyOwnDeleted,
  onlyReadyServed,
  type RestingState,
  sameEverywhere,
  seedAlwaysServed,
  sizeWithinMaximum,
  type Violation,
} from "./invariants.ts";
export { type LoadReading, loadReading, meanLoadPercent, type PoolLoad, summarizeLoad } from "./load.ts";
export { cloneName, isOwnClone, type NamedVm, type Ownership } from "./ownership.ts";
export { checkedPolicy, type PolicyResult, parseScalingPolicy } from "./parse-policy.ts";
export { isOccupying, isStaying, type Plan, type PlanInput, planChanges } from "./plan.ts";
export {
  defaultPolicy,
  growAbovePercent,
  type ScalingPolicy,
  type ScalingRate,
  type Schedule,
  shrinkBelowPercent,
} from "./policy.ts";
export { ScalingPolicyShape } from "./policy-shape.ts";
export {
  type CpuQuery,
  cpuPercent,
  cpuPercentByServer,
  latencyBuckets,
  meanCpuPercent,
} from "./promql.ts";
export { type OpenWindow, withinWindows } from "./schedule.ts";
export {
  type CloudStep,
  canServeAgain,
  isCarrying,
  isOnItsWay,
  isReady,
  isUnhealthy,
  isWarm,
  type LifecycleLimits,
  lifecycleLimits,
  mayGetPublicIp,
  nextStep,
  type PoolGuards,
  SCALE_IN,
  type Step,
} from "./server-lifecycle.ts";
export {
  enterPhase,
  type PublicIp,
  planServer,
  type ReactionTimes,
  type SeenVm,
  type Server,
  type ServerPhase,
  type ServerRecord,
  type ServerSighting,
  unseen,
} from "./server-record.ts";
export { poolSignal, type Signal, type SignalAnswer } from "./signals.ts";
export { continueWatch, type Recommendation, resumeWatch, type SizeChange, type Watch } from "./watch.ts";
