export { createLocalCloud, type LocalCloud, type LocalCloudOptions } from "./local-cloud.ts";
export type { MachineDriver, MachineSpec, PublicAddress } from "./machines/driver.ts";
export { createNoneDriver, type NoneDriver } from "./machines/none.ts";
export {
  fastSettings,
  instantSettings,
  type LocalCloudSettings,
  realisticSettings,
} from "./settings/settings.ts";
export type { Account } from "./state/accounts.ts";
