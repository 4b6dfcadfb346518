import * as pulumi from "@pulumi/pulumi";
import { createShell } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/network.ts"));

export type NetworkArgs = { readonly name: pulumi.Input<string>; readonly location: string };

/** A private network, made the account's default one. `id` is its uuid. */
export class Network extends pulumi.dynamic.Resource {
  declare readonly cidr: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { cidr: undefined, isDefault: undefined };
    super(provider, name, { ...args, ...outputs }, opts, "idcloudhost", "Network");
  }
}
