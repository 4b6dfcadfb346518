export { ErrorBody } from "./error-body.ts";
export { BackendState, BackendsAcknowledgement, BackendsStatus, BackendsUpdate } from "./lb-backends.ts";
export { DecisionView, PoolView, ServerPhase, ServerView } from "./pool-status.ts";
