import * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(async () => {
  const { provider } = await import("@autoscaler/provisioning/ssh-key-pair-provider.ts");
  const { keptWhileInUse } = await import("@autoscaler/idcloudhost/resources/kept-while-in-use.ts");
  const why =
    "they know no other key, and nobody could log in any more; for new keys destroy the stack and make it again";
  return { provider: keptWhileInUse(provider, why) };
});

export interface SshKeyPairArgs {
  readonly comment: string;
  readonly location: string;
  /** Those that were made with it. */
  readonly machineNames: pulumi.Input<string[]>;
}

/** An ed25519 pair that lives in the state, the private half encrypted. */
export class SshKeyPair extends ShellResource {
  declare readonly privateKey: pulumi.Output<string>;
  /** `ssh-ed25519 AAAA...`, without a comment. */
  declare readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: SshKeyPairArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["privateKey"] });
    const outputs = { privateKey: undefined, publicKey: undefined };
    super({ provider, type: "SshKeyPair", name, args: { ...args, ...outputs }, opts: secret });
  }
}
