import type { ClonePoolInputs } from "@autoscaler/idcloudhost/resources/clone-pool.ts";
import type * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/idcloudhost/resources/clone-pool.ts"));

export type ClonePoolArgs = { readonly [Key in keyof ClonePoolInputs]: pulumi.Input<ClonePoolInputs[Key]> };

/** Makes nothing; its end removes every clone. Whatever may make clones must depend on it. */
export class ClonePool extends ShellResource {
  constructor(name: string, args: ClonePoolArgs, opts?: pulumi.CustomResourceOptions) {
    super({ provider, type: "ClonePool", name, args, opts });
  }
}
