export { ErrorBody } from "./error-body.ts";
export { BackendState, BackendsAcknowledgement, BackendsStatus, BackendsUpdate } from "./lb-backends.ts";
export {
  PauseBody,
  PauseView,
  ProtectionBody,
  ProtectionView,
  SizeBody,
  SizeView,
  StepBody,
  StepView,
} from "./pool-settings.ts";
export { DecisionDetail, DecisionView, PoolView, ServerView } from "./pool-status.ts";
