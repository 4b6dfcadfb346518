export type { Cloud } from "./cloud.ts";
export { createCloud } from "./create-cloud.ts";
export { CloudError, isCloudError, isNotFound } from "./errors.ts";
export { type Cost, priceOf } from "./price-of.ts";
export type { CreateVmInput, Disk, Firewall, FirewallRule, FloatingIp, Network, Vm } from "./types.ts";
