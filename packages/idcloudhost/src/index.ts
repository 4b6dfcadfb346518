export type { Absence } from "./absence.ts";
export type { CloudLog } from "./caller.ts";
export type { Cloud } from "./cloud.ts";
export { type CloudOptions, createCloud } from "./create-cloud.ts";
export {
  CloudError,
  type CloudErrorCode,
  type CloudErrorDetails,
  type CloudOutcome,
  isCloudError,
  isNotFound,
  isUnknownOutcome,
} from "./errors.ts";
export type { Looking } from "./poll.ts";
export { type Cost, HOURS_PER_MONTH, type Holdings, priceOf } from "./price-of.ts";
export { parseCloudTime } from "./time.ts";
export type {
  CreateVmInput,
  Disk,
  Firewall,
  FirewallInput,
  FirewallRule,
  FloatingIp,
  HostPool,
  Network,
  OsImage,
  Price,
  RenameOrResizeInput,
  Vm,
} from "./types.ts";
