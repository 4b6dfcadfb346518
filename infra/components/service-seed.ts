import { readFileSync } from "node:fs";
import { type Release, seedDocument } from "@autoscaler/provisioning";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";
import { PublicIpRelease } from "../dynamic-providers/public-ip-release.ts";
import { cloneIdentityUrl, type Machine } from "./machine.ts";
import { MachineRelease } from "./release.ts";

export interface ServiceSeedArgs {
  readonly machine: Machine;
  readonly bastion: Machine;
  readonly config: StackConfig;
  readonly networkCidr: pulumi.Output<string>;
  readonly release: Release;
}

/** The service on its first server, which is also the template of the clones. */
export class ServiceSeed extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: ServiceSeedArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:ServiceSeed", name, {}, opts);
    const { machine, config } = args;
    this.url = pulumi.interpolate`http://${machine.privateIpv4}:${config.service.port}`;
    const setUp = new MachineRelease(
      `${name}-set-up`,
      {
        machine,
        bastion: args.bastion,
        release: args.release,
        document: pulumi
          .all([machine.privateIpv4, args.networkCidr, machine.authorizedKeys])
          .apply(([privateIpv4, networkCidr, authorizedKeys]) =>
            seedDocument({
              artifacts: machine.artifacts,
              releaseSha256: args.release.sha256,
              networkCidr,
              authorizedKeys,
              privateIpv4,
              service: config.service,
              cloneIdentityScript: readFileSync(cloneIdentityUrl, "utf8"),
            }),
          ),
      },
      { parent: this },
    );
    // The machine needed the internet only for its set-up.
    new PublicIpRelease(
      `${name}-public-ip-release`,
      { location: config.cloud.location, vmUuid: machine.vmUuid, isKept: config.seed.keepPublicIp },
      { parent: this, dependsOn: setUp },
    );
    this.registerOutputs({ url: this.url });
  }
}
