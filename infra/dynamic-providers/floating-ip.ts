import * as pulumi from "@pulumi/pulumi";
import { createShell } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/floating-ip.ts"));

export interface FloatingIpArgs {
  readonly location: string;
  readonly name: pulumi.Input<string>;
  readonly vmUuid: pulumi.Input<string>;
}

/** A public IPv4 address of a VM. */
export class FloatingIp extends pulumi.dynamic.Resource {
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, args: FloatingIpArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, address: undefined }, opts, "idcloudhost", "FloatingIp");
  }
}
