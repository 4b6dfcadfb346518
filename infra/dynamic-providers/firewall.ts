import type { FirewallInputs } from "@autoscaler/idcloudhost/resources/firewall.ts";
import type * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/firewall.ts"));

export type FirewallArgs = { readonly [Key in keyof FirewallInputs]: pulumi.Input<FirewallInputs[Key]> };

/** What may reach its VMs, and leave them; all else may not. `id` is its uuid. */
export class Firewall extends ShellResource {
  constructor(name: string, args: FirewallArgs, opts?: pulumi.CustomResourceOptions) {
    super({ provider, type: "Firewall", name, args, opts });
  }
}
