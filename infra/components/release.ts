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

/**
 * Waits for the first boot to end, however: its state stays an error until the next boot, and whatever it
 * should have installed the apply program installs, or says why not.
 */
const APPLY = `timeout 1800 cloud-init status --wait >/dev/null 2>&1 ||
  { echo "note: the first boot had problems:"; cloud-init status --long || true; }
${bounded(`sudo timeout -k 10 5400 python3 ${APPLY_PROGRAM}`, "the set-up")}`;

/**
 * A command with its own `timeout`: neither Pulumi's timeouts nor the first Ctrl-C end one that hangs on the
 * machine (pulumi-command 1.2.1).
 */
export function bounded(command: string, what: string): string {
  return `${command} || {
  code=$?
  [ "$code" != 124 ] || echo "${what} hung and was ended: run pulumi up again, or look at the machine"
  exit "$code"
}`;
}

/** Delivers a release and everything around it to a machine, and waits until it is healthy. */
export class MachineRelease extends pulumi.ComponentResource {
  constructor(name: string, args: MachineReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:MachineRelease", name, {}, opts);
    const { machine, bastion, release } = args;
    const connection =
      bastion === undefined ? machine.directConnection() : machine.connectionThrough(bastion);
    const ready = bastion === undefined ? [] : [waitForMachine(`${name}-ready`, machine, bastion, this)];
    // A machine in place of another may have its address, key and contents to come: all must go there anew.
    const triggers = [machine.vmUuid];
    const copies = [
      new remote.CopyToRemote(
        `${name}-program`,
        {
          connection,
          source: new pulumi.asset.FileAsset(fileURLToPath(applyProgramUrl)),
          remotePath: APPLY_PROGRAM,
          triggers,
        },
        { parent: this, dependsOn: ready },
      ),
      new remote.CopyToRemote(
        `${name}-archive`,
        {
          connection,
          source: new pulumi.asset.FileAsset(release.path),
          remotePath: uploadedArchive(release.unit),
          triggers,
        },
        { parent: this, dependsOn: ready },
      ),
    ];
    new remote.Command(
      `${name}-apply`,
      {
        connection,
        create: APPLY,
        triggers,
        stdin: pulumi.secret(args.document.apply((document) => JSON.stringify(document))),
        ...QUIET,
      },
      { parent: this, dependsOn: copies, additionalSecretOutputs: ["stdout", "stderr"] },
    );
    this.registerOutputs({});
  }
}

/** Output may hold what was sent on standard input. */
export const QUIET = { logging: remote.Logging.None, addPreviousOutputInEnv: false } as const;

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
  return new remote.Command(
    name,
    { connection: bastion.directConnection(), create, triggers: [machine.vmUuid], ...QUIET },
    { parent },
  );
}
