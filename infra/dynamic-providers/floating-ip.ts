import type * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/floating-ip.ts"));

export interface FloatingIpArgs {
  readonly location: string;
  readonly name: pulumi.Input<string>;
  readonly vmUuid: pulumi.Input<string>;
}

/** A public IPv4 address of a VM. */
export class FloatingIp extends ShellResource {
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, args: FloatingIpArgs, opts?: pulumi.CustomResourceOptions) {
    super({ provider, type: "FloatingIp", name, args: { ...args, address: undefined }, opts });
  }
}
