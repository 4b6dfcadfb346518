import type * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/public-ip-release.ts"));

export interface PublicIpReleaseArgs {
  readonly location: string;
  readonly vmUuid: pulumi.Input<string>;
  readonly isKept: boolean;
}

/** The deed of releasing the public address that a VM came with. Its end does nothing. */
export class PublicIpRelease extends ShellResource {
  constructor(name: string, args: PublicIpReleaseArgs, opts?: pulumi.CustomResourceOptions) {
    super({ provider, type: "PublicIpRelease", name, args, opts });
  }
}
