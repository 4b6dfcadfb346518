import * as pulumi from "@pulumi/pulumi";
import { createShell } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/public-ip-release.ts"));

/** The deed of releasing the public address that a VM came with. Its end does nothing. */
export class PublicIpRelease extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    args: { readonly vmUuid: pulumi.Input<string> },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(provider, name, args, opts, "idcloudhost", "PublicIpRelease");
  }
}
