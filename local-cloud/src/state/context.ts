import type { Clock, Logger } from "@autoscaler/service-kit";
import type { MachineDriver } from "../machines/driver.ts";
import type { LocalCloudSettings, VmOperation } from "../settings/settings.ts";
import type { Account } from "./accounts.ts";
import type { VmLocks } from "./locks.ts";
import type { World } from "./world.ts";

/** What a resource works with. */
export interface CloudContext {
  readonly world: World;
  readonly driver: MachineDriver;
  readonly settings: LocalCloudSettings;
  readonly accounts: readonly Account[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly locks: VmLocks;
  /** Waits as long as a VM call blocks; rejects when the server closes, which undoes the call. */
  block(operation: VmOperation): Promise<void>;
  /** Tells the driver which public address leads where, after any change of it. */
  applyPublicAddresses(): Promise<void>;
  /** Tells the driver what may pass, after any change of firewalls or of the VMs behind them. */
  applyFirewalls(): Promise<void>;
}
