import { readFileSync } from "node:fs";
import { artifactsOfAlerting } from "@autoscaler/alerting";
import {
  type ArtifactInstall,
  artifactInstalls,
  artifactsOfRole,
  type Role,
  renderTemplate,
} from "@autoscaler/provisioning";
import { local, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";
import { Firewall } from "../dynamic-providers/firewall.ts";
import { FloatingIp } from "../dynamic-providers/floating-ip.ts";
import { SshKeyPair } from "../dynamic-providers/ssh-key-pair.ts";
import { Vm } from "../dynamic-providers/vm.ts";
import { firewallRulesOf } from "./firewall-rules.ts";

export interface MachineArgs {
  readonly role: Role;
  readonly prefix: pulumi.Output<string>;
  readonly config: StackConfig;
  readonly networkUuid: pulumi.Output<string>;
  readonly networkCidr: pulumi.Output<string>;
  readonly deployKey: SshKeyPair;
  /**
   * `kept`: an address of its own that stays as long as the machine. `set-up`: the one that comes with
   * the VM, to be released later.
   */
  readonly publicIp: "kept" | "set-up";
}

type ConnectionArgs = types.input.remote.ConnectionArgs;

const FOLDER = new URL("../../cloud-init/", import.meta.url);
export const applyProgramUrl = new URL("autoscaler-apply.py", FOLDER);
/** Where no SSH server answers for so long, none will. */
const SSH_PATIENCE_SECONDS = 600;
export const cloneIdentityUrl = new URL("clone-identity.sh", FOLDER);
const awaitSshUrl = new URL("await-ssh.cjs", import.meta.url);

/** A VM of ours with its first boot, a pinned host key, a firewall and, when asked for, a public address. */
export class Machine extends pulumi.ComponentResource {
  readonly hostName: pulumi.Output<string>;
  readonly vmUuid: pulumi.Output<string>;
  readonly privateIpv4: pulumi.Output<string>;
  readonly publicIpv4: pulumi.Output<string> | undefined;
  readonly hostKey: pulumi.Output<string>;
  readonly artifacts: readonly ArtifactInstall[];
  /** Public key lines of everybody who may log in as `ops`. */
  readonly authorizedKeys: pulumi.Output<readonly string[]>;
  readonly #deployKey: SshKeyPair;
  /** Known when an SSH server answers there, seen from where Pulumi runs. */
  readonly #sshHost: pulumi.Output<string> | undefined;

  constructor(name: string, args: MachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:Machine", name, {}, opts);
    const { role, config } = args;
    const { location } = config.cloud;
    this.hostName = pulumi.interpolate`${args.prefix}-${role}`;
    const hostKey = new SshKeyPair(
      `${name}-host-key`,
      {
        comment: `${pulumi.getStack()}-${role}-host`,
        location,
        machineNames: this.hostName.apply((own) => [own]),
      },
      { parent: this },
    );
    this.#deployKey = args.deployKey;
    const ofAlerting = role === "monitor" ? artifactsOfAlerting[config.monitoring.alerting.kind] : [];
    this.artifacts = artifactInstalls([...artifactsOfRole[role], ...ofAlerting], config.artifacts);
    this.hostKey = hostKey.publicKey;
    this.authorizedKeys = args.deployKey.publicKey.apply((ours) => [ours, ...config.authorizedKeys]);
    const vm = new Vm(
      `${name}-vm`,
      {
        location,
        name: this.hostName,
        osName: config.os.name,
        osVersion: config.os.version,
        ...config.machines[role],
        networkUuid: args.networkUuid,
        cloudInit: pulumi.secret(
          pulumi
            .all([this.hostName, hostKey.privateKey, hostKey.publicKey, this.authorizedKeys])
            .apply(([hostName, hostPrivateKey, hostPublicKey, authorizedKeys]) =>
              renderTemplate(readFileSync(new URL(`${role}.yaml`, FOLDER), "utf8"), {
                hostName,
                hostPrivateKey,
                hostPublicKey,
                authorizedKeys,
                applyProgram: readFileSync(applyProgramUrl, "base64"),
                firstBootDocument: base64Json(firstBoot(this.artifacts)),
              }),
            ),
        ),
        reservePublicIp: args.publicIp === "set-up",
      },
      { parent: this },
    );
    this.vmUuid = vm.id;
    this.privateIpv4 = vm.privateIpv4;
    const firewall = new Firewall(
      `${name}-firewall`,
      {
        location,
        name: this.hostName,
        rules: args.networkCidr.apply((cidr) => firewallRulesOf(role, cidr)),
        vmUuids: vm.id.apply((uuid) => [uuid]),
      },
      { parent: this },
    );
    this.publicIpv4 =
      args.publicIp === "kept"
        ? new FloatingIp(
            `${name}-ip`,
            { location, name: this.hostName, vmUuid: vm.id },
            // Never reachable without its firewall.
            { parent: this, dependsOn: firewall },
          ).address
        : undefined;
    this.#sshHost = role === "monitor" ? this.#awaitSsh(`${name}-ssh`) : undefined;
    this.registerOutputs({ vmUuid: this.vmUuid, privateIpv4: this.privateIpv4 });
  }

  /** Straight to the public address of the bastion. */
  directConnection(): ConnectionArgs {
    return this.#login(this.#sshHost ?? this.privateIpv4);
  }

  /** Over the bastion to the private address; the machine's sshd must answer already. */
  connectionThrough(bastion: Machine): ConnectionArgs {
    return { ...this.#login(this.privateIpv4), proxy: bastion.directConnection() };
  }

  /** The plugin's own tries would take up to 24 minutes, and never end where a connection is accepted and nothing comes. */
  #awaitSsh(name: string): pulumi.Output<string> {
    const host = pulumi.output(this.publicIpv4 ?? this.privateIpv4);
    const seen = new local.Command(
      name,
      {
        interpreter: ["node", "-e"],
        create: readFileSync(awaitSshUrl, "utf8"),
        environment: { HOST: host, SECONDS: String(SSH_PATIENCE_SECONDS) },
        triggers: [this.vmUuid],
      },
      { parent: this },
    );
    return pulumi.all([host, seen.stdout]).apply(([address]) => address);
  }

  #login(host: pulumi.Output<string>) {
    return {
      host,
      user: "ops",
      privateKey: this.#deployKey.privateKey,
      hostKey: this.hostKey,
      perDialTimeout: 15,
    };
  }
}

function firstBoot(artifacts: readonly ArtifactInstall[]) {
  return { artifacts, users: [], files: [], releases: [], units: [], health: [] };
}

function base64Json(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64");
}
