import type * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/network.ts"));

export interface NetworkArgs {
  readonly name: pulumi.Input<string>;
  readonly location: string;
  readonly machineNames: pulumi.Input<string[]>;
}

/** A private network, made the account's default one. `id` is its uuid. */
export class Network extends ShellResource {
  declare readonly cidr: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { cidr: undefined, isDefault: undefined };
    super({ provider, type: "Network", name, args: { ...args, ...outputs }, opts });
  }
}
