import type { VmInputs } from "@autoscaler/idcloudhost/resources/vm.ts";
import type * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/vm.ts"));

export type VmArgs = { readonly [Key in keyof VmInputs]: pulumi.Input<VmInputs[Key]> };

/** A virtual machine. `id` is its uuid. A changed `cloudInit` or `reservePublicIp` never touches it. */
export class Vm extends ShellResource {
  declare readonly privateIpv4: pulumi.Output<string>;

  constructor(name: string, args: VmArgs, opts?: pulumi.CustomResourceOptions) {
    super({ provider, type: "Vm", name, args: { ...args, privateIpv4: undefined }, opts });
  }
}
