import { AUTHORIZE_ON_CLONES, authorizedKeysDocument } from "@autoscaler/provisioning";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { SshKeyPair } from "../dynamic-providers/ssh-key-pair.ts";
import type { Machine } from "./machine.ts";
import { bounded, QUIET } from "./release.ts";

export interface CloneKeysArgs {
  /** Where the scaler runs, which knows the clones. */
  readonly machine: Machine;
  readonly deployKey: SshKeyPair;
}

/** Who may log in to the clones that exist. Pulumi does not know them, so the monitor VM tells each of them. */
export class CloneKeys extends pulumi.ComponentResource {
  constructor(name: string, args: CloneKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:CloneKeys", name, {}, opts);
    const { machine, deployKey } = args;
    new remote.Command(
      `${name}-authorize`,
      {
        connection: machine.directConnection(),
        create: bounded(
          `sudo timeout -k 10 3600 /opt/autoscaler/bin/node ${AUTHORIZE_ON_CLONES}`,
          "writing the SSH keys",
        ),
        stdin: pulumi.secret(
          pulumi
            .all([deployKey.privateKey, machine.authorizedKeys])
            .apply(([privateKey, authorizedKeys]) =>
              JSON.stringify({ privateKey, document: authorizedKeysDocument(authorizedKeys) }),
            ),
        ),
        triggers: [machine.vmUuid],
        ...QUIET,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
