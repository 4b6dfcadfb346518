import { loadBalancerDocument, type Release } from "@autoscaler/provisioning";
import { latencyBuckets } from "@autoscaler/scaling-core";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";
import type { Machine } from "./machine.ts";
import { MachineRelease } from "./release.ts";

export interface LoadBalancerArgs {
  readonly machine: Machine;
  readonly bastion: Machine;
  readonly config: StackConfig;
  readonly networkCidr: pulumi.Output<string>;
  readonly release: Release;
  readonly seedUrl: pulumi.Output<string>;
  readonly lbAgentToken: pulumi.Output<string>;
}

/** Traefik in front of the pool, and lb-agent, which tells it who is in it. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly serviceUrl: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:LoadBalancer", name, {}, opts);
    const { machine, config } = args;
    const { policy } = config.pool;
    this.serviceUrl = pulumi.interpolate`http://${machine.publicIpv4}`;
    new MachineRelease(
      `${name}-set-up`,
      {
        machine,
        bastion: args.bastion,
        release: args.release,
        document: pulumi
          .all([
            machine.privateIpv4,
            args.networkCidr,
            machine.authorizedKeys,
            args.seedUrl,
            args.lbAgentToken,
          ])
          .apply(([privateIpv4, networkCidr, authorizedKeys, seedUrl, lbAgentToken]) =>
            loadBalancerDocument({
              artifacts: machine.artifacts,
              releaseSha256: args.release.sha256,
              networkCidr,
              authorizedKeys,
              privateIpv4,
              pool: config.pool.name,
              seedUrl,
              servicePort: config.service.port,
              healthPath: config.service.healthPath,
              lbAgentToken,
              latencyBuckets: latencyBuckets(policy.signals.latencyP95Ms, policy.tolerancePercent),
            }),
          ),
      },
      { parent: this },
    );
    this.registerOutputs({ serviceUrl: this.serviceUrl });
  }
}
