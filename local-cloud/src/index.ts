export { createLocalCloud } from "./local-cloud.ts";
export type { MachineDriver } from "./machines/driver.ts";
export { createNoneDriver } from "./machines/none.ts";
export { fastSettings, type LocalCloudSettings } from "./settings/settings.ts";
