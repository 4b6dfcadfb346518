export type { MachineDriver, MachineSpec, PublicAddress } from "./machines/driver.ts";
export { createNoneDriver, type NoneDriver } from "./machines/none.ts";
export type { Account } from "./server/accounts.ts";
export { createLocalCloud, type LocalCloud, type LocalCloudOptions } from "./server/local-cloud.ts";
export {
  fastSettings,
  instantSettings,
  type LocalCloudSettings,
  realisticSettings,
} from "./server/settings.ts";
