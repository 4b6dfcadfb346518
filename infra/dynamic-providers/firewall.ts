import type { FirewallInputs } from "@autoscaler/idcloudhost/resources/firewall.ts";
import * as pulumi from "@pulumi/pulumi";
import { createShell } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/firewall.ts"));

export type FirewallArgs = { readonly [Key in keyof FirewallInputs]: pulumi.Input<FirewallInputs[Key]> };

/** What may reach its VMs, and leave them; all else may not. `id` is its uuid. */
export class Firewall extends pulumi.dynamic.Resource {
  constructor(name: string, args: FirewallArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, args, opts, "idcloudhost", "Firewall");
  }
}
