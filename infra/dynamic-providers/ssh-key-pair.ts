import * as pulumi from "@pulumi/pulumi";
import { createShell } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/provisioning/ssh-key-pair-provider.ts"));

/** An ed25519 pair that lives in the state, the private half encrypted. */
export class SshKeyPair extends pulumi.dynamic.Resource {
  declare readonly privateKey: pulumi.Output<string>;
  /** `ssh-ed25519 AAAA...`, without a comment. */
  declare readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: { readonly comment: string }, opts?: pulumi.CustomResourceOptions) {
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["privateKey"] });
    super(
      provider,
      name,
      { ...args, privateKey: undefined, publicKey: undefined },
      secret,
      "idcloudhost",
      "SshKeyPair",
    );
  }
}
