import type { VmInputs } from "@autoscaler/idcloudhost/resources/vm.ts";
import * as pulumi from "@pulumi/pulumi";
import { createShell } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/vm.ts"));

export type VmArgs = { readonly [Key in keyof VmInputs]: pulumi.Input<VmInputs[Key]> };

/** A virtual machine. `id` is its uuid. A changed `cloudInit` or `reservePublicIp` never touches it. */
export class Vm extends pulumi.dynamic.Resource {
  declare readonly privateIpv4: pulumi.Output<string>;

  constructor(name: string, args: VmArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, privateIpv4: undefined }, opts, "idcloudhost", "Vm");
  }
}
