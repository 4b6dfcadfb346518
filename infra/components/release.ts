import { fileURLToPath } from "node:url";
import { type ApplyDocument, type Release, uploadedArchive } from "@autoscaler/provisioning";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { applyProgramUrl, type Machine } from "./machine.ts";

export interface MachineReleaseArgs {
  readonly machine: Machine;
  /** Absent: the machine is reached by its own public address. */
  readonly bastion?: Machine;
  readonly release: Release;
  readonly document: pulumi.Output<ApplyDocument>;
}

const APPLY_PROGRAM = "/home/ops/autoscaler-apply.py";

/** cloud-init ends with 2 after recoverable problems; what matters to us the apply program checks. */
const APPLY = `set -eu
code=0; cloud-init status --wait >/dev/null 2>&1 || code=$?
if [ "$code" -ne 0 ] && [ "$code" -ne 2 ]; then
  echo "the first boot failed:"; cloud-init status --long || true
  sudo tail -n 40 /var/log/cloud-init-output.log; exit 1
fi
exec sudo python3 ${APPLY_PROGRAM}`;

/** Delivers a release and everything around it to a machine, and waits until it is healthy. */
export class MachineRelease extends pulumi.ComponentResource {
  constructor(name: string, args: MachineReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:MachineRelease", name, {}, opts);
    const { machine, bastion, release } = args;
    const connection =
      bastion === undefined ? machine.directConnection() : machine.connectionThrough(bastion);
    const ready = bastion === undefined ? [] : [waitForMachine(`${name}-ready`, machine, bastion, this)];
    const copies = [
      new remote.CopyToRemote(
        `${name}-program`,
        {
          connection,
          source: new pulumi.asset.FileAsset(fileURLToPath(applyProgramUrl)),
          remotePath: APPLY_PROGRAM,
        },
        { parent: this, dependsOn: ready },
      ),
      new remote.CopyToRemote(
        `${name}-archive`,
        {
          connection,
          source: new pulumi.asset.FileAsset(release.path),
          remotePath: uploadedArchive(release.unit),
        },
        { parent: this, dependsOn: ready },
      ),
    ];
    new remote.Command(
      `${name}-apply`,
      {
        connection,
        create: APPLY,
        stdin: pulumi.secret(args.document.apply((document) => JSON.stringify(document))),
        ...QUIET,
      },
      { parent: this, dependsOn: copies, additionalSecretOutputs: ["stdout", "stderr"] },
    );
    this.registerOutputs({});
  }
}

const QUIET = { logging: remote.Logging.None, addPreviousOutputInEnv: false } as const;

/**
 * Waits on the bastion until the machine shows the host key that we gave it, hence knows our user too.
 * A connection through a proxy that comes too early cannot be mended by tries (pulumi-command 1.2.1).
 */
function waitForMachine(
  name: string,
  machine: Machine,
  bastion: Machine,
  parent: pulumi.Resource,
): remote.Command {
  const create = pulumi.interpolate`tries=0
until ssh-keyscan -T 3 -t ed25519 ${machine.privateIpv4} 2>/dev/null | grep -qF '${machine.hostKey}'; do
  tries=$((tries + 1))
  if [ "$tries" -ge 300 ]; then echo "${machine.hostName} does not answer with its host key; look at its console"; exit 1; fi
  sleep 1
done`;
  return new remote.Command(name, { connection: bastion.directConnection(), create, ...QUIET }, { parent });
}
